package org.elasticsearch.node;

import java.io.PrintStream;
import java.util.Map;
import java.util.Set;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.http.HttpServerTransport;
import org.elasticsearch.plugins.FromClassPath;
import org.elasticsearch.plugins.PluginsLoader;
import org.elasticsearch.plugins.PluginsService;

/**
 * Runs one Elasticsearch node with the settings given as key=value arguments.
 *
 * <p>Prints its HTTP address once it serves, and ends when standard input does, so that it never outlives its users.
 */
public final class TestNode extends Node {
    private TestNode(Settings settings) {
        super(NodeConstruction.prepareConstruction(new Environment(settings, null), noFolders(), new Services(), true));
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream answer = System.out;
        System.setOut(System.err);
        LogConfigurator.configureESLogging();
        Settings.Builder settings = Settings.builder();
        for (String argument : arguments) {
            String[] pair = argument.split("=", 2);
            settings.put(pair[0], pair[1]);
        }
        TestNode node = new TestNode(settings.build());
        node.start();
        answer.println(node.injector().getInstance(HttpServerTransport.class).boundAddress().publishAddress());
        answer.flush();
        while (System.in.read() >= 0) {}
        Runtime.getRuntime().halt(0);
    }

    private static PluginsLoader noFolders() {
        return PluginsLoader.createPluginsLoader(Set.of(), Set.of(), Map.of(), false);
    }

    private static final class Services extends NodeServiceProvider {
        @Override
        PluginsService newPluginService(Environment environment, PluginsLoader loader) {
            return new FromClassPath(environment.settings(), loader);
        }
    }
}

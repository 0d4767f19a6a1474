package org.elasticsearch.plugins;

import java.util.List;
import org.elasticsearch.Build;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.transport.netty4.Netty4Plugin;

/** Offers the node the one plugin it has, from the class path instead of a plugins folder. */
public final class HttpOnly extends PluginsService {
    private static final List<LoadedPlugin> NETTY = List.of(new LoadedPlugin(describe(), new Netty4Plugin(), HttpOnly.class.getClassLoader()));

    public HttpOnly(Settings settings, PluginsLoader loader) {
        super(settings, null, loader);
        loadExtensions(plugins());
    }

    @Override
    protected List<LoadedPlugin> plugins() {
        return NETTY;
    }

    private static PluginDescriptor describe() {
        String version = Build.current().version();
        String java = System.getProperty("java.specification.version");
        String type = Netty4Plugin.class.getName();
        return new PluginDescriptor("netty", "HTTP and transport", version, version, java, type, null, List.of(), false, false, false, false);
    }
}

package org.elasticsearch.plugins;

import java.util.List;
import org.elasticsearch.Build;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.transport.netty4.Netty4Plugin;

/** Offers the node the plugins it has, from the class path instead of a plugins folder. */
public final class FromClassPath extends PluginsService {
    private static final List<LoadedPlugin> PLUGINS = List.of(load(new Netty4Plugin()), load(new Folding()));

    public FromClassPath(Settings settings, PluginsLoader loader) {
        super(settings, null, loader);
        loadExtensions(plugins());
    }

    @Override
    protected List<LoadedPlugin> plugins() {
        return PLUGINS;
    }

    private static LoadedPlugin load(Plugin plugin) {
        String version = Build.current().version();
        String java = System.getProperty("java.specification.version");
        String name = plugin.getClass().getName();
        PluginDescriptor description =
            new PluginDescriptor(name, name, version, version, java, name, null, List.of(), false, false, false, false);
        return new LoadedPlugin(description, plugin, FromClassPath.class.getClassLoader());
    }
}

package io.crmventas.tasks.testing;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the one {@link LocalApiServer} of this JVM. The first test that uses it starts it; JUnit closes it at the end. */
public final class LocalApiServerExtension implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(LocalApiServerExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == LocalApiServer.class;
    }

    @Override
    public LocalApiServer resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(LocalApiServer.class, key -> LocalApiServer.start(), LocalApiServer.class);
    }
}

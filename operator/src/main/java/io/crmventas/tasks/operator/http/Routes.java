package io.crmventas.tasks.operator.http;

import java.io.IOException;

/** Answers requests, on any number of threads. */
@FunctionalInterface
public interface Routes {
    Answer answer(Request request) throws IOException;
}

package io.crmventas.tasks.runner.report;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Leads what the driver and jedis log through our own lines, and so through the redaction. */
public final class LibraryLog extends Handler {
    private final RunLog log;
    private final SimpleFormatter formatter = new SimpleFormatter();

    private LibraryLog(RunLog log) {
        this.log = log;
    }

    public static void install(RunLog log) {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        // Finer levels of the driver print connection properties.
        root.setLevel(Level.WARNING);
        root.addHandler(new LibraryLog(log));
    }

    @Override
    public void publish(LogRecord event) {
        Throwable thrown = event.getThrown();
        log.warning(
                formatter.formatMessage(event),
                "logger",
                String.valueOf(event.getLoggerName()),
                "error",
                thrown == null ? "" : thrown);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}

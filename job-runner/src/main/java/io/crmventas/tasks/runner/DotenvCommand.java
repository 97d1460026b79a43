package io.crmventas.tasks.runner;

import io.crmventas.tasks.contract.RunnerExit;
import io.crmventas.tasks.runner.dotenv.DotEnv;
import io.crmventas.tasks.runner.dotenv.HelmValues;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Translates a {@code .env} of the replaced scheduler; prints everything or, when something is wrong, only that. */
final class DotenvCommand {
    private final Console console;
    private final String file;

    DotenvCommand(Console console, Arguments arguments) {
        this.console = console;
        this.file = arguments.task();
    }

    int call() {
        String text;
        try {
            text = file.equals("-")
                    ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(Path.of(file));
        } catch (IOException | InvalidPathException unreadable) {
            console.err().println("argument <file>: cannot be read as text in UTF-8");
            return RunnerExit.USAGE.code();
        }
        HelmValues.Translation translation = HelmValues.of(DotEnv.read(text));
        if (!translation.problems().isEmpty()) {
            translation.problems().forEach(console.err()::println);
            return RunnerExit.USAGE.code();
        }
        console.out().print(translation.yaml());
        console.out().flush();
        return RunnerExit.OK.code();
    }
}

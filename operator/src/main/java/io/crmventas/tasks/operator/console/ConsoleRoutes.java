package io.crmventas.tasks.operator.console;

import io.crmventas.tasks.api.v1alpha1.CrmScheduledTask;
import io.crmventas.tasks.operator.console.ConsoleDocument.Viewer;
import io.crmventas.tasks.operator.control.Authorizer;
import io.crmventas.tasks.operator.control.Authorizer.Caller;
import io.crmventas.tasks.operator.control.Authorizer.Permission;
import io.crmventas.tasks.operator.control.Authorizer.Verb;
import io.crmventas.tasks.operator.http.Answer;
import io.crmventas.tasks.operator.http.Answer.Refusal;
import io.crmventas.tasks.operator.http.HealthRoutes.TaskCall;
import io.crmventas.tasks.operator.http.HttpPort.Routes;
import io.crmventas.tasks.operator.http.Request;
import io.crmventas.tasks.operator.view.OperatorView;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLConnection;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Serves the page of the console and its data under /console. Each viewer sees the tasks that Kubernetes permits the
 * viewer to read. The page uses the calls of the control port. This class serves them under /console too, so that an
 * Ingress needs only this path.
 */
public final class ConsoleRoutes implements Routes {
    private static final String ROOT = "console";

    /** This limits the tasks of namespaces that the viewer may not list: each costs two requests to the API server. */
    private static final int MOST_SINGLE_TASKS = 50;

    /** A path of this pattern names a file of this package's resources, and no other folder. */
    private static final Pattern FILE = Pattern.compile("[a-z]+\\.(html|css|js|svg)");

    /** The page loads only our own files, stands in no frame, and never turns a text into markup or script. */
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none';"
                    + " form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cross-Origin-Resource-Policy",
            "same-origin");

    private final Routes control;
    private final Supplier<OperatorView> operator;
    private final String operatorNamespace;
    private final Authorizer authorizer;
    private final Clock clock;

    /** @param control the routes for every other path, and for the calls of the page */
    public ConsoleRoutes(
            Routes control,
            Supplier<OperatorView> operator,
            Authorizer authorizer,
            String operatorNamespace,
            Clock clock) {
        this.control = control;
        this.operator = operator;
        this.authorizer = authorizer;
        this.operatorNamespace = operatorNamespace;
        this.clock = clock;
    }

    @Override
    public Answer answer(Request request) throws IOException {
        List<String> path = request.path();
        if (!path.getFirst().equals(ROOT)) {
            return control.answer(request);
        }
        if (request.method().equals("POST") && path.size() > 2 && path.get(1).equals("health")) {
            return call(request);
        }
        if (!request.reads()) {
            throw new Refusal(
                    Answer.error(Answer.METHOD_NOT_ALLOWED, "only GET and HEAD").with("Allow", "GET, HEAD"));
        }
        if (path.size() > 2 && path.subList(1, 3).equals(List.of("api", "tasks"))) {
            return switch (path.size()) {
                case 3 -> list(request);
                case 5 -> details(request, path.get(3), path.get(4));
                default -> throw notFound();
            };
        }
        return switch (path.size()) {
            // The addresses in the page are relative to the folder.
            case 1 -> Answer.error(308, "see /console/").with("Location", ROOT + "/");
            case 2 -> file(path.getLast().isEmpty() ? "index.html" : path.getLast());
            default -> throw notFound();
        };
    }

    /**
     * Requires a header. If a proxy adds the token, another site could make the viewer's browser call this port. A
     * browser sends such a header to another site only after a CORS preflight request, which this port refuses.
     */
    private Answer call(Request request) throws IOException {
        if (request.header("Idempotency-Key").isEmpty()) {
            throw new Refusal(Answer.FORBIDDEN, "a call under /console needs the header Idempotency-Key");
        }
        // Without it, the answer would reveal whether and where a task of this name exists.
        Request call = request.withoutFirstSegment();
        boolean oneTask = TaskCall.find(call).flatMap(TaskCall::task).isPresent();
        if (oneTask && request.parameter("namespace").isEmpty()) {
            throw new Refusal(Answer.BAD_REQUEST, "a call under /console needs the parameter namespace");
        }
        return control.answer(call);
    }

    private Answer list(Request request) {
        OperatorView view = operator.get();
        ConsoleDocument document = new ConsoleDocument(clock.instant(), view.watching());
        Viewer viewer = viewer(request, view.tasks());
        return ConsoleDocument.answer(document.list(viewer, operatorNamespace, request.parameter("seen")));
    }

    /** @param all the tasks that the operator knows */
    private Viewer viewer(Request request, List<CrmScheduledTask> all) {
        Caller pauseAll = authorizer.review(request, new Permission(Verb.PAUSE, operatorNamespace, Optional.empty()));
        Map<String, Boolean> wholeNamespaces = new HashMap<>();
        List<CrmScheduledTask> readable = new ArrayList<>();
        int single = 0;
        for (CrmScheduledTask task : all) {
            boolean whole = wholeNamespaces.computeIfAbsent(
                    task.namespace(),
                    namespace -> may(request, new Permission(Verb.READ, namespace, Optional.empty())));
            if (!whole) {
                single++;
            }
            if (whole || (single <= MOST_SINGLE_TASKS && may(request, Permission.on(task, Verb.READ)))) {
                readable.add(task);
            }
        }
        return new Viewer(pauseAll.user(), pauseAll.allowed(), readable, single <= MOST_SINGLE_TASKS);
    }

    /** Checks the permission first, so that a viewer without it cannot find out whether the task exists. */
    private Answer details(Request request, String namespace, String name) {
        authorizer.authorize(request, new Permission(Verb.READ, namespace, Optional.of(name)));
        OperatorView view = operator.get();
        CrmScheduledTask task = view.tasks().stream()
                .filter(found -> found.id().equals(namespace + "/" + name))
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        Answer.NOT_FOUND, "this operator has no task \"" + name + "\" in namespace " + namespace));
        ConsoleDocument document = new ConsoleDocument(clock.instant(), view.watching());
        return ConsoleDocument.answer(document.details(
                task, may(request, Permission.on(task, Verb.RUN)), may(request, Permission.on(task, Verb.PAUSE))));
    }

    private boolean may(Request request, Permission permission) {
        return authorizer.review(request, permission).allowed();
    }

    private static Answer file(String name) throws IOException {
        try (InputStream resource =
                FILE.matcher(name).matches() ? ConsoleRoutes.class.getResourceAsStream(name) : null) {
            if (resource == null) {
                throw notFound();
            }
            byte[] content = resource.readAllBytes();
            Answer answer = new Answer(Answer.OK, HEADERS, content, false);
            return answer.with("Content-Type", URLConnection.guessContentTypeFromName(name));
        }
    }

    private static Refusal notFound() {
        return new Refusal(Answer.NOT_FOUND, "no such path; see /console/");
    }
}

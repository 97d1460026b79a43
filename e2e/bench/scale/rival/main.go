// The operator that the benchmark compares ours with: the smallest one that a Go engineer would write for the same
// resource, with controller-runtime and 10 workers. It turns a task into a CronJob and acknowledges the spec.
package main

import (
	"context"
	"net/http"
	"os"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
)

type reconciler struct {
	client.Client
	scheme *runtime.Scheme
	events events.EventRecorder
	same   *sameWrites
}

func (r *reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	var task Task
	if err := r.Get(ctx, request.NamespacedName, &task); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	cronJob := &batchv1.CronJob{ObjectMeta: metav1.ObjectMeta{Name: task.Name, Namespace: task.Namespace}}
	done, err := controllerutil.CreateOrUpdate(ctx, r.Client, cronJob, func() error {
		if r.same != nil && cronJob.CreationTimestamp.IsZero() {
			r.same.fill(cronJob)
		}
		cronJob.Spec.Schedule = "@every " + task.Spec.Interval
		cronJob.Spec.ConcurrencyPolicy = batchv1.ForbidConcurrent
		pod := &cronJob.Spec.JobTemplate.Spec.Template.Spec
		pod.RestartPolicy = corev1.RestartPolicyNever
		if len(pod.Containers) == 0 {
			pod.Containers = []corev1.Container{{Name: "runner"}}
		}
		pod.Containers[0].Image = "localhost/crm/job-runner:bench"
		pod.Containers[0].Args = []string{"run", task.Spec.Task}
		return controllerutil.SetControllerReference(&task, cronJob, r.scheme)
	})
	if err != nil {
		return ctrl.Result{}, err
	}
	if r.same != nil && done == controllerutil.OperationResultCreated {
		r.events.Eventf(&task, cronJob, corev1.EventTypeNormal, "Scheduled", "Schedule", "Runs %s.", cronJob.Spec.Schedule)
	}
	if task.Status.ObservedGeneration == task.Generation {
		return ctrl.Result{}, nil
	}
	if r.same != nil {
		patch, err := r.same.status(&task)
		if err != nil {
			return ctrl.Result{}, err
		}
		return ctrl.Result{}, r.Status().Patch(ctx, &task, client.RawPatch(types.MergePatchType, patch))
	}
	before := task.DeepCopyObject().(*Task)
	task.Status.ObservedGeneration = task.Generation
	task.Status.Schedule = cronJob.Spec.Schedule
	task.Status.CronJobName = cronJob.Name
	return ctrl.Result{}, r.Status().Patch(ctx, &task, client.MergeFrom(before))
}

// usage: rival [<CronJob> <task with a status>] (YAML files). Without arguments it writes as little as possible, with them as much as ours.
func main() {
	ctrl.SetLogger(zap.New())
	same, err := readSameWrites(os.Args[1:])
	must(err)
	scheme := runtime.NewScheme()
	must(clientgoscheme.AddToScheme(scheme))
	addTask(scheme)
	config, err := ctrl.GetConfig()
	must(err)
	// Without the client's limit of 20 requests a second, which is not part of the comparison.
	config.QPS, config.Burst = -1, -1
	manager, err := ctrl.NewManager(rest.CopyConfig(config), ctrl.Options{
		Scheme:                 scheme,
		Metrics:                metricsserver.Options{BindAddress: "0"},
		HealthProbeBindAddress: "127.0.0.1:" + os.Getenv("HEALTH_PORT"),
	})
	must(err)
	must(manager.AddReadyzCheck("caches", func(request *http.Request) error {
		if !manager.GetCache().WaitForCacheSync(request.Context()) {
			return http.ErrServerClosed
		}
		return nil
	}))
	must(manager.AddHealthzCheck("ping", healthz.Ping))
	must(ctrl.NewControllerManagedBy(manager).
		For(&Task{}, builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		Owns(&batchv1.CronJob{}).
		WithOptions(controller.Options{MaxConcurrentReconciles: 10}).
		Complete(&reconciler{manager.GetClient(), scheme, manager.GetEventRecorder("rival"), same}))
	must(manager.Start(ctrl.SetupSignalHandler()))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

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
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
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
}

func (r *reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	var task Task
	if err := r.Get(ctx, request.NamespacedName, &task); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	cronJob := &batchv1.CronJob{ObjectMeta: metav1.ObjectMeta{Name: task.Name, Namespace: task.Namespace}}
	if _, err := controllerutil.CreateOrUpdate(ctx, r.Client, cronJob, func() error {
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
	}); err != nil {
		return ctrl.Result{}, err
	}
	if task.Status.ObservedGeneration == task.Generation {
		return ctrl.Result{}, nil
	}
	before := task.DeepCopyObject().(*Task)
	task.Status.ObservedGeneration = task.Generation
	task.Status.Schedule = cronJob.Spec.Schedule
	task.Status.CronJobName = cronJob.Name
	return ctrl.Result{}, r.Status().Patch(ctx, &task, client.MergeFrom(before))
}

func main() {
	ctrl.SetLogger(zap.New())
	scheme := runtime.NewScheme()
	must(clientgoscheme.AddToScheme(scheme))
	addTask(scheme)
	config, err := ctrl.GetConfig()
	must(err)
	// As a Go engineer would: the client's own limit of 20 requests a second is not what is compared.
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
		Complete(&reconciler{manager.GetClient(), scheme}))
	must(manager.Start(ctrl.SetupSignalHandler()))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

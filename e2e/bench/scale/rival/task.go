package main

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Task is the part of a CrmScheduledTask that this operator reads.
type Task struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              struct {
		Task     string `json:"task"`
		Interval string `json:"interval,omitempty"`
	} `json:"spec"`
	Status struct {
		ObservedGeneration int64  `json:"observedGeneration,omitempty"`
		Schedule           string `json:"schedule,omitempty"`
		CronJobName        string `json:"cronJobName,omitempty"`
	} `json:"status,omitempty"`
}

// TaskList is a list of Task.
type TaskList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Task `json:"items"`
}

func (t *Task) DeepCopyObject() runtime.Object {
	c := *t
	c.ObjectMeta = *t.ObjectMeta.DeepCopy()
	return &c
}

func (l *TaskList) DeepCopyObject() runtime.Object {
	c := &TaskList{TypeMeta: l.TypeMeta, ListMeta: *l.ListMeta.DeepCopy()}
	for i := range l.Items {
		c.Items = append(c.Items, *l.Items[i].DeepCopyObject().(*Task))
	}
	return c
}

func addTask(scheme *runtime.Scheme) {
	version := schema.GroupVersion{Group: "crmventas.io", Version: "v1alpha1"}
	scheme.AddKnownTypeWithName(version.WithKind("CrmScheduledTask"), &Task{})
	scheme.AddKnownTypeWithName(version.WithKind("CrmScheduledTaskList"), &TaskList{})
	metav1.AddToGroupVersion(scheme, version)
}

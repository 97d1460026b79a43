package main

import (
	"encoding/json"
	"os"

	batchv1 "k8s.io/api/batch/v1"
	"sigs.k8s.io/yaml"
)

// The rival can write the same objects as our operator. That shows how much of a difference comes from the design, and how much from
// the program.
type sameWrites struct {
	cronJob batchv1.CronJob
	task    struct {
		Status map[string]any `json:"status"`
	}
}

func readSameWrites(files []string) (*sameWrites, error) {
	if len(files) == 0 {
		return nil, nil
	}
	same := &sameWrites{}
	for i, into := range []any{&same.cronJob, &same.task} {
		content, err := os.ReadFile(files[i])
		if err == nil {
			err = yaml.Unmarshal(content, into)
		}
		if err != nil {
			return nil, err
		}
	}
	return same, nil
}

func (s *sameWrites) fill(cronJob *batchv1.CronJob) {
	cronJob.Labels, cronJob.Annotations = s.cronJob.Labels, s.cronJob.Annotations
	cronJob.Spec = *s.cronJob.Spec.DeepCopy()
}

func (s *sameWrites) status(task *Task) ([]byte, error) {
	status := map[string]any{}
	for name, value := range s.task.Status {
		status[name] = value
	}
	status["observedGeneration"] = task.Generation
	return json.Marshal(map[string]any{"status": status})
}

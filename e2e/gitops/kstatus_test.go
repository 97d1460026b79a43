package gitops

import (
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
)

func TestKstatus(t *testing.T) {
	for _, one := range fixtures(t) {
		t.Run(one.name, func(t *testing.T) {
			got, err := status.Compute(&unstructured.Unstructured{Object: one.object})
			if err != nil {
				t.Fatal(err)
			}
			if got.Status.String() != one.kstatus {
				t.Errorf("got %s (%s), want %s", got.Status, got.Message, one.kstatus)
			}
		})
	}
}

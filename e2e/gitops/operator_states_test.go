package gitops

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
	"sigs.k8s.io/yaml"
)

// The statuses that the operator itself writes in every state. A test of the operator compares these files with its statuses.
func TestKstatusOfWhatTheOperatorWrites(t *testing.T) {
	files, err := filepath.Glob("../../operator/src/test/resources/status/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no states", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			json, err := yaml.YAMLToJSON(text)
			if err != nil {
				t.Fatal(err)
			}
			var object unstructured.Unstructured
			if err := object.UnmarshalJSON(json); err != nil {
				t.Fatal(err)
			}
			got, err := status.Compute(&object)
			if err != nil {
				t.Fatal(err)
			}
			first, _, _ := strings.Cut(string(text), "\n")
			if want := strings.TrimPrefix(first, "# kstatus: "); got.Status.String() != want {
				t.Errorf("got %s (%s), want %s", got.Status, got.Message, want)
			}
		})
	}
}

package gitops

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// A fixture is a task in one state. Its first lines have the result that each tool must give.
type fixture struct {
	name, health, message, kstatus string
	actions                        []string
	object                         map[string]any
}

func fixtures(t *testing.T) []fixture {
	t.Helper()
	files, err := filepath.Glob("fixtures/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no fixtures", err)
	}
	var all []fixture
	for _, file := range files {
		all = append(all, read(t, file))
	}
	return all
}

func read(t *testing.T, file string) fixture {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	one := fixture{name: strings.TrimSuffix(filepath.Base(file), ".yaml")}
	json, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(file, err)
	}
	var object unstructured.Unstructured // numbers as the API server's clients have them
	if err := object.UnmarshalJSON(json); err != nil {
		t.Fatal(file, err)
	}
	one.object = object.Object
	for _, line := range strings.Split(string(text), "\n") {
		key, value, found := strings.Cut(strings.TrimPrefix(line, "# "), ": ")
		if !found || !strings.HasPrefix(line, "# ") {
			continue
		}
		switch key {
		case "argocd":
			one.health, one.message, _ = strings.Cut(value, ": ")
		case "kstatus":
			one.kstatus = value
		case "actions":
			one.actions = strings.Fields(value)
		}
	}
	if one.health == "" || one.kstatus == "" {
		t.Fatal(file, "does not have the expected results")
	}
	return one
}

func annotations(object map[string]any) map[string]any {
	metadata, _ := object["metadata"].(map[string]any)
	found, _ := metadata["annotations"].(map[string]any)
	return found
}

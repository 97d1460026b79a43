package gitops

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

func TestHealth(t *testing.T) {
	for _, one := range fixtures(t) {
		t.Run(one.name, func(t *testing.T) {
			got, err := run("health.lua", one.object)
			want := map[string]any{"status": one.health, "message": one.message}
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, %v; want %v", got, err, want)
			}
		})
	}
}

func TestActionsOffered(t *testing.T) {
	for _, one := range fixtures(t) {
		t.Run(one.name, func(t *testing.T) {
			got, err := run("actions/discovery.lua", one.object)
			if err != nil {
				t.Fatal(err)
			}
			var offered []string
			for name, action := range got.(map[string]any) {
				if _, err := os.Stat(filepath.Join(scripts, "actions", name, "action.lua")); err != nil {
					t.Error(err)
				}
				if action.(map[string]any)["disabled"] == false {
					offered = append(offered, name)
				}
			}
			slices.Sort(offered)
			slices.Sort(one.actions)
			if !slices.Equal(offered, one.actions) {
				t.Errorf("got %v, want %v", offered, one.actions)
			}
		})
	}
}

// An action changes these annotations and nothing else.
func TestActions(t *testing.T) {
	for _, one := range []struct {
		action, fixture string
		set             []string
		removed         []string
	}{
		{"run-now", "healthy", []string{"crmventas.io/run-requested"}, nil},
		{"run-now", "paused", []string{"crmventas.io/run-requested"}, nil},
		{"pause", "healthy", []string{"crmventas.io/paused", "crmventas.io/paused-by"}, nil},
		{"resume", "paused", nil, []string{"crmventas.io/paused", "crmventas.io/paused-by", "crmventas.io/paused-until"}},
		{"resume", "breaker-open", []string{"crmventas.io/resume-requested"}, nil},
	} {
		t.Run(one.action+" "+one.fixture, func(t *testing.T) {
			before := read(t, "fixtures/"+one.fixture+".yaml").object
			result, err := run("actions/"+one.action+"/action.lua", before)
			if err != nil {
				t.Fatal(err)
			}
			after := result.(map[string]any)
			want := map[string]any{}
			for key, value := range annotations(before) {
				if !slices.Contains(one.removed, key) {
					want[key] = value
				}
			}
			for _, key := range one.set {
				value, ok := annotations(after)[key].(string)
				if !ok || value == "" {
					t.Errorf("%s is not set", key)
				}
				want[key] = value
			}
			if got := annotations(after); len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
				t.Errorf("annotations: got %v, want %v", got, want)
			}
			delete(before["metadata"].(map[string]any), "annotations")
			delete(after["metadata"].(map[string]any), "annotations")
			if !reflect.DeepEqual(normal(t, after), normal(t, before)) {
				t.Errorf("more than annotations changed: %v", after)
			}
		})
	}
}

// The ConfigMap in the documentation must have the scripts that are tested.
func TestConfigMapCarriesTheScripts(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(scripts, "argocd-cm.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var configMap struct{ Data map[string]string }
	if err := yaml.Unmarshal(text, &configMap); err != nil {
		t.Fatal(err)
	}
	const kind = "crmventas.io_CrmScheduledTask"
	if configMap.Data["resource.customizations.health."+kind] != script(t, "health.lua") {
		t.Error("health.lua differs")
	}
	var actions struct {
		Discovery   string `json:"discovery.lua"`
		Definitions []struct {
			Name   string `json:"name"`
			Action string `json:"action.lua"`
		} `json:"definitions"`
	}
	if err := yaml.UnmarshalStrict([]byte(configMap.Data["resource.customizations.actions."+kind]), &actions); err != nil {
		t.Fatal(err)
	}
	if strings.TrimSpace(actions.Discovery) != strings.TrimSpace(script(t, "actions/discovery.lua")) {
		t.Error("discovery.lua differs")
	}
	folders, _ := filepath.Glob(filepath.Join(scripts, "actions", "*", "action.lua"))
	if len(actions.Definitions) != len(folders) {
		t.Errorf("%d actions in the ConfigMap, %d folders", len(actions.Definitions), len(folders))
	}
	for _, action := range actions.Definitions {
		if strings.TrimSpace(action.Action) != strings.TrimSpace(script(t, "actions/"+action.Name+"/action.lua")) {
			t.Error(action.Name, "differs")
		}
	}
}

func script(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(scripts, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// normal converts numbers and lists of both sides to the same Go types.
func normal(t *testing.T, value any) any {
	t.Helper()
	text, err := yaml.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var same any
	if err := yaml.Unmarshal(text, &same); err != nil {
		t.Fatal(err)
	}
	return same
}

package gitops

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

const (
	chart   = "../../helm/crm-task-operator"
	wave    = "argocd.argoproj.io/sync-wave"
	crdKind = "CustomResourceDefinition"
)

type manifest struct {
	Kind     string
	Metadata struct {
		Name        string
		Annotations map[string]string
	}
	Spec map[string]any
}

// The Job applies the CRD and keeps a newer one. Argo CD would downgrade and prune it, because it includes crds/ by default. Without
// the CRD in the sync, a first sync must not stop at a kind that the cluster does not have yet.
func TestArgoSyncsTheOperatorThenTheTasksAndNoCRD(t *testing.T) {
	helm := dig(t, documents(t, "../../docs/gitops/argocd/application.yaml")[0].Spec, "source", "helm")
	arguments := []string{"--include-crds"}
	if helm["skipCrds"] == true {
		arguments = nil
	}
	tasks, jobs := 0, 0
	for _, one := range render(t, helm["valuesObject"], arguments...) {
		switch one.Kind {
		case crdKind:
			t.Error("syncs the CRD")
		case "CrmScheduledTask":
			tasks++
			if one.Metadata.Annotations[wave] != "1" {
				t.Errorf("%s is not of wave 1", one.Metadata.Name)
			}
			if one.Metadata.Annotations["argocd.argoproj.io/sync-options"] != "SkipDryRunOnMissingResource=true" {
				t.Errorf("the first sync stops at %s", one.Metadata.Name)
			}
		case "Job":
			jobs++ // a hook of Helm is one of Argo CD, before the sync
			if !strings.Contains(one.Metadata.Annotations["helm.sh/hook"], "pre-install") {
				t.Errorf("%s is not run before the sync", one.Metadata.Name)
			}
		default:
			if one.Metadata.Annotations[wave] != "" {
				t.Errorf("%s %s is not of wave 0", one.Kind, one.Metadata.Name)
			}
		}
	}
	if tasks != 4 || jobs != 1 {
		t.Errorf("%d tasks, %d Jobs", tasks, jobs)
	}
}

func TestFluxLeavesANewerCRDToTheJob(t *testing.T) {
	for _, one := range documents(t, "../../docs/gitops/flux/operator.yaml") {
		if one.Kind != "HelmRelease" {
			continue
		}
		if got := dig(t, one.Spec, "upgrade")["crds"]; got != "Skip" {
			t.Errorf("upgrade.crds: %v", got)
		}
		if got := dig(t, one.Spec, "install")["crds"]; got != "Create" {
			t.Errorf("install.crds: %v", got)
		}
		jobs := 0
		for _, made := range render(t, one.Spec["values"]) {
			if made.Kind == "Job" {
				jobs++
			}
		}
		if jobs != 1 {
			t.Errorf("%d Jobs apply the CRD", jobs)
		}
		return
	}
	t.Error("no HelmRelease")
}

// Flux looks for a dependency among the Kustomizations only, and waits forever for a name that only a HelmRelease has. A Kustomization
// without `wait` is ready before its HelmRelease is.
func TestFluxTasksDependOnAKustomizationThatWaits(t *testing.T) {
	all := documents(t, "../../docs/gitops/flux/tasks.yaml")
	waits := map[string]any{}
	for _, one := range all {
		if one.Kind == "Kustomization" {
			waits[one.Metadata.Name] = one.Spec["wait"]
		}
	}
	dependencies := 0
	for _, one := range all {
		list, _ := one.Spec["dependsOn"].([]any)
		for _, dependency := range list {
			dependencies++
			name := dependency.(map[string]any)["name"].(string)
			if waits[name] != true {
				t.Errorf("%s depends on %s, which is no Kustomization that waits", one.Metadata.Name, name)
			}
		}
	}
	if dependencies != 1 {
		t.Errorf("%d dependencies", dependencies)
	}
}

// Flux reverts every change by a client whose name begins with "kubectl", and so the annotations of a pause.
func TestFluxKeepsPausesByKubectl(t *testing.T) {
	all := documents(t, "../../docs/gitops/flux/tasks.yaml")
	annotations := dig(t, all[len(all)-1].Spec, "commonMetadata", "annotations")
	if got := annotations["kustomize.toolkit.fluxcd.io/ssa"]; got != "Merge" {
		t.Errorf("Flux applies the tasks with policy %v", got)
	}
}

// render returns the output of `helm template`, as Argo CD calls it.
func render(t *testing.T, values any, arguments ...string) []manifest {
	t.Helper()
	file := filepath.Join(t.TempDir(), "values.yaml")
	text, err := yaml.Marshal(values)
	if err == nil {
		err = os.WriteFile(file, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	arguments = append([]string{"template", "crm-task-operator", chart, "--namespace", "crm", "--kube-version", "1.34.4",
		"--values", chart + "/ci/images.yaml", "--values", file}, arguments...)
	command := exec.Command(os.Getenv("HELM"), arguments...)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	made, err := command.Output()
	if err != nil {
		t.Fatal(err, stderr.String())
	}
	return parse(t, made)
}

func documents(t *testing.T, file string) []manifest {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, text)
}

func parse(t *testing.T, text []byte) []manifest {
	t.Helper()
	var all []manifest
	for _, part := range strings.Split("\n"+string(text), "\n---") {
		var one manifest
		if err := yaml.Unmarshal([]byte(part), &one); err != nil {
			t.Fatal(err)
		}
		if one.Kind != "" {
			all = append(all, one)
		}
	}
	return all
}

func dig(t *testing.T, value map[string]any, path ...string) map[string]any {
	t.Helper()
	for _, key := range path {
		value, _ = value[key].(map[string]any)
	}
	if value == nil {
		t.Fatal("nothing at", path)
	}
	return value
}

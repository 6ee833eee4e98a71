package main

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn/metric"
)

// TestSplitsMetrics: commas within brackets and quotes belong to a spelling.
func TestSplitsMetrics(t *testing.T) {
	for text, want := range map[string][]string{
		"accuracy":                                         {"accuracy"},
		"f1(average=macro),accuracy":                       {"f1", "accuracy"},
		" mcc , f1( average = weighted) ":                  {"mcc", "f1(average=weighted)"},
		"roc_auc(average=weighted, multi_class=ovo),r2,r2": {"roc_auc(average=weighted, multi_class=ovo)", "r2"},
		"fbeta(2,micro),fbeta":                             {"fbeta(average=micro)", "fbeta"},
		"":                                                 nil, "f1,": nil, ",f1": nil, "f1,,r2": nil, "f1(average=macro": nil, "f1)": nil, `f1("a,b"),r2`: nil, "f2": nil,
	} {
		m := &measures{spelt: []string{text}}
		err := m.parse()
		var got []string
		for _, one := range m.metrics {
			got = append(got, one.String())
		}
		if (err == nil) != (want != nil) || want != nil && !slices.Equal(got, want) {
			t.Errorf("%q is %q, %v, want %q", text, got, err, want)
		}
	}
}

// metricsOf are the values of metrics by their spelling, after their label and a colon if there is one.
func metricsOf(t *testing.T, list any) map[string]map[string]any {
	t.Helper()
	all := map[string]map[string]any{}
	for _, v := range list.([]any) {
		m := v.(map[string]any)
		name := m["metric"].(string)
		if label, ok := m["label"].(string); ok {
			name = label + ": " + name
		}
		all[name] = m
	}
	return all
}

// TestMetricsOfClasses compares with what the command counts itself.
func TestMetricsOfClasses(t *testing.T) {
	t.Parallel()
	model := filepath.Join(t.TempDir(), "m.safetensors")
	path := file(t, "flowers.csv", flowers(90))
	const all = "accuracy,f1(average=weighted),recall,confusion_matrix,log_loss"
	trained := lastObject(t, must(t, "", "train", "--quiet", "--json", "--data", path, "--epochs", "3", "--save", model, "--metric", all, "--metric", "mcc,accuracy"))
	if got := metricsOf(t, trained["test_metrics"]); len(got) != 6 || got["accuracy"]["value"] != trained["test_accuracy"] || !(math.Abs(got["log_loss"]["value"].(float64)-trained["test_loss"].(float64)) <= 1e-6) {
		t.Errorf("metrics are %v of %v", got, trained)
	}
	r := lastObject(t, applied(t, "", "eval", model, "--data", path, "--metric", all, "--json"))
	got := metricsOf(t, r["metrics"])
	f1, recall, rows := 0.0, 0.0, r["rows"].(float64)
	classes := r["classes"].([]any)
	for i, v := range classes {
		c := v.(map[string]any)
		right, all, said := c["right"].(float64), c["rows"].(float64), c["said"].(float64)
		recall += right / all / float64(len(classes))
		f1 += all / rows * 2 * right / (all + said)
		column := 0.0
		for k := range classes {
			column += got["confusion_matrix"]["details"].([]any)[k].([]any)[i].(float64)
		}
		if row := got["confusion_matrix"]["details"].([]any)[i].([]any); row[i] != right || column != said {
			t.Errorf("class %d: the matrix has %v, of %v", i, row, c)
		}
	}
	for name, want := range map[string]float64{"accuracy": r["accuracy"].(float64), "f1(average=weighted)": f1, "recall": recall} {
		if v := got[name]["value"].(float64); !(math.Abs(v-want) <= 1e-12) || got[name]["rows"] != rows {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
	out := applied(t, "", "eval", model, "--data", path, "--metric", "confusion_matrix,roc_auc")
	for _, want := range []string{"metric    confusion_matrix 0.", "class, answered", "metric    roc_auc "} {
		if !strings.Contains(out, want) {
			t.Errorf("output lacks %q:\n%s", want, out)
		}
	}
	// One class alone has no ranks; classes that training had not are none.
	one := strings.Join(strings.SplitAfter(flowers(90), "\n")[:2], "")
	if out := applied(t, "", "eval", model, "--data", file(t, "one.csv", one), "--metric", "roc_auc"); !strings.Contains(out, "roc_auc is undefined: class \"setosa\" did not come, or no other") {
		t.Errorf("output is\n%s", out)
	}
	lily := strings.Replace(flowers(90), "setosa", "lily", 1)
	if out := applied(t, "", "eval", model, "--data", file(t, "lily.csv", lily), "--metric", "mcc"); !strings.Contains(out, ", on 89 of 90 rows, whose classes are known\n") {
		t.Errorf("output is\n%s", out)
	}
}

// TestMetricsOfSeveralLabels: each metric is of the columns that it is about, numbers in their own unit.
func TestMetricsOfSeveralLabels(t *testing.T) {
	t.Parallel()
	path := file(t, "plots.csv", plots(200))
	r := lastObject(t, must(t, "", "train", "--quiet", "--json", "--data", path, "--label", "area", "--label", "size", "--label", "long", "--epochs", "3", "--metric", "rmse,accuracy,r2,precision(average=binary)"))
	got := metricsOf(t, r["test_metrics"])
	labels := map[string]map[string]any{}
	for _, l := range r["labels"].([]any) {
		labels[l.(map[string]any)["label"].(string)] = l.(map[string]any)
	}
	for name, want := range map[string]any{"area: rmse": labels["area"]["rmse"], "area: r2": labels["area"]["r2"], "size: accuracy": labels["size"]["accuracy"], "long: accuracy": labels["long"]["accuracy"]} {
		if v, ok := got[name]["value"].(float64); !ok || !(math.Abs(v-want.(float64)) <= 1e-9*math.Abs(want.(float64))) {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
	if len(got) != 5 || got["long: precision(average=binary)"] == nil {
		t.Errorf("metrics are %v", got)
	}
}

// TestUnfitMetrics: what does not fit is an error before training, which says what does.
func TestUnfitMetrics(t *testing.T) {
	t.Parallel()
	numbers := file(t, "plots.csv", plots(60))
	for _, test := range []struct {
		args string
		want []string
	}{
		{"train --data " + numbers + " --label area --metric f1", []string{"--metric is f1, want one of ", "rmse, ", "median_absolute_error", "area is a number"}},
		{"train --data " + numbers + " --label size --metric accuracy,rmse", []string{"--metric is rmse, want one of accuracy", "top_k_accuracy", "size is one of 3 classes"}},
		{"train --data " + numbers + " --label size --metric f1(average=binary)", []string{"--metric is f1(average=binary), want one of accuracy", "size is one of 3 classes ("}},
		{"train --metric acuracy", []string{`"acuracy"`, `"accuracy"`}},
		{"train --metric f1,", []string{`--metric is "f1,", want metrics with commas between them`}},
		{"train --metric kappa", []string{"is written cohen_kappa here"}},
		{"train --data " + numbers + " --label area --test 0 --metric rmse", []string{"--metric needs rows to test with"}},
	} {
		o := command(t, "", strings.Fields(test.args)...)
		if o.code != exitUsage || o.stdout != "" {
			t.Errorf("%s: exit code %d, stdout %q", test.args, o.code, o.stdout)
		}
		for _, want := range test.want {
			if !strings.Contains(o.stderr, want) {
				t.Errorf("%s: stderr lacks %q:\n%s", test.args, want, o.stderr)
			}
		}
	}
}

// TestEveryMetricIsOffered: by its name, for classes or for numbers.
func TestEveryMetricIsOffered(t *testing.T) {
	t.Parallel()
	path := file(t, "plots.csv", plots(120))
	for _, p := range metric.Catalog().Parts() {
		offered := false
		for _, label := range []string{"area", "size"} {
			o := command(t, "", "train", "--quiet", "--json", "--data", path, "--label", label, "--epochs", "1", "--metric", p.Name)
			if o.code != exitDone {
				continue
			}
			m, ok := lastObject(t, o.stdout)["test_metrics"].([]any)
			offered = offered || ok && len(m) == 1 && strings.HasPrefix(fmt.Sprint(m[0].(map[string]any)["metric"]), p.Name)
		}
		if !offered {
			t.Errorf("%s is not offered", p.Name)
		}
	}
}

package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn/catalog"
)

func TestComplete(t *testing.T) {
	const allLayers = "dense( stack( residual( reshape( pick( relu leaky_relu silu"
	const allSchedules = "constant cosine warmup("
	const allInitialisers = "glorot_uniform glorot_normal he_uniform he_normal torch_linear"
	tests := []struct {
		complete func(string) []string
		prefix   string
		want     string // what follows, up to the last word, separated by spaces
	}{
		{rules().Complete, "", "sgd adam adamw"},
		{rules().Complete, "ad", "adam adamw"},
		{rules().Complete, "zz", ""},
		{rules().Complete, "sgd(", "lr= momentum= nesterov decay="},
		{rules().Complete, "sgd(0.1, ", "momentum= nesterov decay="},
		{rules().Complete, "sgd(lr=0.1, ", "momentum= nesterov decay="},
		{rules().Complete, "sgd(nesterov=", "true false"},
		{rules().Complete, "sgd(nesterov=t", "true"},
		{rules().Complete, "sgd(lr=", ""},
		{rules().Complete, "adam(betas=[0.9, ", ""},
		{rules().Complete, "adam(betas=[0.9, 0.99], d", "decay="},
		{schedules().Complete, "w", "warmup("},
		{schedules().Complete, "warmup(", "steps= then="},
		{schedules().Complete, "warmup(5, ", allSchedules + " then="},
		{schedules().Complete, "warmup(5, c", "constant cosine"},
		{schedules().Complete, "warmup(then=", allSchedules},
		{schedules().Complete, "warmup(steps=5, ", "then="},
		{schedules().Complete, "warmup(5, warmup(6, cos", "cosine"},
		{schedules().Complete, "warmup(5, cosine(", "floor= over="},
		{schedules().Complete, "warmup(5, cosine(), ", ""},
		{layers().Complete, "stack(", allLayers + " scale="},
		{layers().Complete, "stack(relu, dense(3), re", "residual( reshape( relu"},
		{layers().Complete, "stack(layers=[", allLayers},
		{layers().Complete, "stack(layers=[relu, si", "silu"},
		{layers().Complete, "stack(layers=", ""},
		{layers().Complete, "stack(residual(dense(3, init=he_", "he_uniform he_normal"},
		{layers().Complete, "dense(3, true, ", allInitialisers + " init="},
		{layers().Complete, `pick("a, (", `, "zero mean refuse missing="},
		{layers().Complete, "pick(missing=", "zero mean refuse"},
		// Nothing can follow, or nothing that is a name.
		{layers().Complete, "relu ", ""},
		{layers().Complete, "dense(3)", ""},
		{layers().Complete, "dense(3) re", ""},
		{layers().Complete, "dense(3", ""},
		{layers().Complete, "dense(3 ", ""},
		{layers().Complete, "dense(3x", ""},
		{layers().Complete, "dense(3, init=_", ""},
		{layers().Complete, "nothing(re", ""},
		{layers().Complete, "dense(relu(", ""},
		{layers().Complete, "(", ""},
		{layers().Complete, "[", ""},
		{layers().Complete, "]", ""},
		{layers().Complete, "stack(]]", ""},
		{layers().Complete, "dense(out=[x=[", ""},
		{layers().Complete, `pick("a`, ""},
		{layers().Complete, strings.Repeat("stack(", catalog.MaxDepth), allLayers + " scale="},
		{layers().Complete, strings.Repeat("stack(", catalog.MaxDepth+1), ""},
		{layers().Complete, "stack(" + strings.Repeat("[", catalog.MaxDepth), ""},
		{layers().Complete, strings.Repeat("r", catalog.MaxLength+1), ""},
	}
	for _, test := range tests {
		var want []string
		head := strings.TrimRight(test.prefix, "abcdefghijklmnopqrstuvwxyz_")
		for word := range strings.FieldsSeq(test.want) {
			want = append(want, head+word)
		}
		if got := test.complete(test.prefix); !slices.Equal(got, want) {
			t.Errorf("%.40s: got %q, want %q", test.prefix, got, want)
		}
	}
}

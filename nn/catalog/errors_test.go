package catalog_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/nn/catalog"
)

func is[E error](err error) bool {
	var e E
	return errors.As(err, &e)
}

func TestErrors(t *testing.T) {
	argument, unknown, renamed := is[*catalog.ArgumentError], is[*names.UnknownError], is[*catalog.RenamedError]
	ofRules := func(text string) error { _, err := rules().Parse(text); return err }
	ofSchedules := func(text string) error { _, err := schedules().Parse(text); return err }
	ofLayers := func(text string) error { _, err := layers().Parse(text); return err }
	ofInitialisers := func(text string) error { _, err := initialisers().Parse(text); return err }
	tests := []struct {
		parse   func(string) error
		text    string
		typed   func(error) bool
		message string
	}{
		// Syntax.
		{ofRules, "sgd(", is[*catalog.SyntaxError], `column 5: got the end, want a value`},
		{ofRules, "sgd" + strings.Repeat(" ", catalog.MaxLength), is[*catalog.LimitError], `more than 1048576 bytes`},

		// Names.
		{ofRules, "addam", unknown, `unknown rule "addam", did you mean "adam"? (known: sgd, adam, adamw)`},
		{ofRules, "momentum", renamed, `rule "momentum" is written sgd(momentum=0.9) here`},
		{ofInitialisers, "xavier_normal", renamed, `initialiser "xavier_normal" is written glorot_normal here`},
		{ofSchedules, "warmup(500, cosin)", unknown, `column 13: unknown schedule "cosin", did you mean "cosine"? (known: constant, cosine, warmup)`},
		{ofLayers, "stack(swish)", renamed, `column 7: layer "swish" is written silu here`},
		{ofLayers, "dense(3, init=he_norml)", unknown, `column 15: unknown initialiser "he_norml", did you mean "he_normal"? (known: glorot_uniform, glorot_normal, he_uniform, he_normal, torch_linear)`},

		// Names of arguments.
		{ofRules, "adam(dekay=1)", unknown, `column 6: unknown argument of adam "dekay", did you mean "decay"? (known: lr, betas, decay)`},
		{ofRules, "adam(weight_decay=1)", renamed, `column 6: argument of adam "weight_decay" is written decay here`},
		{ofRules, "adam(lr=1, cosine)", unknown, `column 12: unknown argument of adam "cosine" (known: lr, betas, decay)`},
		{ofSchedules, "constant(x=1)", unknown, `column 10: unknown argument of constant "x"`},

		// How many there are.
		{ofLayers, "dense", argument, `dense: out is missing, want an integer, at least 1`},
		{ofLayers, "stack(relu, dense)", argument, `column 13: dense: out is missing, want an integer, at least 1`},
		{ofLayers, "stack", argument, `stack: layers is missing, want a layer or several`},
		{ofLayers, "stack(scale=2)", argument, `stack: layers is missing, want a layer or several`},
		{ofSchedules, "warmup(5)", argument, `warmup: then is missing, want a schedule`},
		{ofRules, "adam(lr=1, lr=2)", argument, `column 12: adam: lr comes again, as 2, want it once`},
		{ofRules, "adam(1, lr=2)", argument, `column 9: adam: lr comes again, as 2, want it once`},
		{ofRules, "sgd(nesterov, nesterov)", argument, `column 15: sgd: nesterov comes again, as nesterov, want it once`},
		{ofLayers, "stack(relu, layers=[relu])", argument, `column 13: stack: layers comes again, as [relu], want it once`},
		{ofSchedules, "constant(3)", argument, `column 10: constant: 3 is too much, want no argument`},
		{ofLayers, "leaky_relu(0.1, 0.2)", argument, `column 17: leaky_relu: 0.2 is too much, want one argument at most`},
		{ofSchedules, "cosine(0, 1, warmup(2))", argument, `column 14: cosine: warmup(2) is too much, want 2 arguments at most`},

		// What they are.
		{ofRules, "sgd(lr=-1)", argument, `column 8: sgd: lr is -1, want a number, at least 0`},
		{ofRules, "sgd(lr=fast)", argument, `column 8: sgd: lr is fast, want a number, at least 0`},
		{ofRules, "sgd(momentum=1)", argument, `column 14: sgd: momentum is 1, want a number, at least 0 and below 1`},
		{ofRules, "sgd(nesterov=1)", argument, `column 14: sgd: nesterov is 1, want true or false`},
		{ofRules, "sgd(nesterov=yes)", argument, `column 14: sgd: nesterov is yes, want true or false`},
		{ofRules, "adam(betas=0.9)", argument, `column 12: adam: betas is 0.9, want a list of numbers, each at least 0 and below 1`},
		{ofRules, "adam(betas=[0.9, 1])", argument, `column 12: adam: betas is [0.9, 1], want a list of numbers, each at least 0 and below 1`},
		{ofRules, "adam(betas=[" + strings.Repeat("0.9,", 30) + "1])", argument, `column 12: adam: betas is [` + strings.Repeat("0.9, ", 11) + `0.9,…, want a list of numbers, each at least 0 and below 1`},
		{ofLayers, "dense(0)", argument, `column 7: dense: out is 0, want an integer, at least 1`},
		{ofLayers, "dense(1.5)", argument, `column 7: dense: out is 1.5, want an integer, at least 1`},
		{ofLayers, "dense(9007199254740993)", argument, `column 7: dense: out is 9.007199254740992e15, want an integer, at least 1`},
		{ofLayers, "dense(1e300)", argument, `column 7: dense: out is 1e300, want an integer, at least 1`},
		{ofLayers, "reshape([1, 0.5])", argument, `column 9: reshape: shape is [1, 0.5], want a list of integers, each at least 1`},
		{ofLayers, "reshape([[1]])", argument, `column 9: reshape: shape is [[1]], want a list of integers, each at least 1`},
		{ofLayers, "leaky_relu(0)", argument, `column 12: leaky_relu: slope is 0, want a number, above 0 and below 1`},
		{ofLayers, "pick(area)", argument, `column 6: pick: column is area, want a text in quotes`},
		{ofLayers, `pick("a", missing=median)`, argument, `column 19: pick: missing is median, want one of zero, mean, refuse`},
		{ofLayers, `pick("a", missing=mean(3))`, argument, `column 19: pick: missing is mean(3), want one of zero, mean, refuse`},
		{ofLayers, "dense(3, init=5)", argument, `column 15: dense: init is 5, want an initialiser`},
		{ofLayers, "stack(relu, 5)", argument, `column 13: stack: layers is 5, want a layer`},
		{ofLayers, "stack(layers=relu)", argument, `column 14: stack: layers is relu, want a layer or several`},
		{ofLayers, "stack(layers=[])", argument, `column 14: stack: layers is [], want a layer or several`},
		{ofSchedules, "warmup(5, [cosine])", argument, `column 11: warmup: then is [cosine], want a schedule`},
		{ofSchedules, "cosine(2)", argument, `column 8: cosine: floor is 2, want a number, at least 0 and at most 1`},

		// What New says.
		{ofRules, "sgd(nesterov)", func(err error) bool { return errors.Is(err, errNesterov) }, `sgd: nesterov needs a momentum above 0`},
		{ofSchedules, "warmup(5, cosine(over=13))", is[*catalog.PlaceError], `column 11: cosine: over is 13, want another number`},
	}
	for _, test := range tests {
		err := test.parse(test.text)
		if err == nil || err.Error() != test.message {
			t.Errorf("%.60s: got %v, want %s", test.text, err, test.message)
		} else if !test.typed(err) {
			t.Errorf("%.60s: the error is a %T", test.text, err)
		}
	}
}

// TestBuildOfTrees builds trees that no text is read as.
func TestBuildOfTrees(t *testing.T) {
	number := catalog.Value{Form: catalog.NumberForm, Number: 1}
	none := catalog.Value{}
	tests := []struct {
		spec    catalog.Spec
		message string
	}{
		{catalog.Spec{}, `unknown rule "" (known: sgd, adam, adamw)`},
		{catalog.Spec{Name: "sgd", Args: []catalog.Argument{{Value: none}}}, "sgd: lr is missing, want a number, at least 0"},
		{catalog.Spec{Name: "sgd", Args: []catalog.Argument{{Name: "lr", Value: number}, {Value: number}}}, "sgd: lr comes again, as 1, want it once"},
	}
	for _, test := range tests {
		if _, err := rules().Build(test.spec); err == nil || err.Error() != test.message {
			t.Errorf("%v: got %v, want %s", test.spec, err, test.message)
		}
	}
	if _, err := schedules().Build(catalog.Spec{Name: "warmup", Args: []catalog.Argument{{Value: number}, {Value: none}}}); err == nil {
		t.Error("a value without anything is a schedule")
	}
}

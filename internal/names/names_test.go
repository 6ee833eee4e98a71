package names

import (
	"errors"
	"testing"
)

func TestUnknownSuggestsNearest(t *testing.T) {
	known := []string{"relu", "sigmoid", "tanh"}
	for _, tt := range []struct{ name, want string }{
		{"rellu", "relu"},
		{"Sigmoid", "sigmoid"},
		{"tahn", "tanh"},
		{"", ""},
		{"convolution", ""},
	} {
		err := Unknown("activation", tt.name, known)
		var unknown *UnknownError
		if !errors.As(err, &unknown) {
			t.Fatalf("%q: %T is not an *UnknownError", tt.name, err)
		}
		if unknown.Nearest != tt.want {
			t.Errorf("%q: nearest %q, want %q", tt.name, unknown.Nearest, tt.want)
		}
	}
}

func TestUnknownMessage(t *testing.T) {
	got := Unknown("activation", "rellu", []string{"relu", "tanh"}).Error()
	want := `unknown activation "rellu", did you mean "relu"? (known: relu, tanh)`
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

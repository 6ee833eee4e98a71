package nn_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
)

// wordSize is how many bits an int has.
const wordSize = 32 << (^uint(0) >> 63)

// layers2 builds a network of so many inputs.
func layers2(t *testing.T, b blas.Backend, inputs int, l nn.Layer, opts ...nn.Option) func() error {
	t.Helper()
	return func() error { _, err := nn.New(inputs, []nn.Layer{l}, append(opts, nn.WithBackend(b))...); return err }
}

// empty reports a matrix that has elements.
func empty(m nn.Matrix) error { return unlike(len(m.Data), 0) }

// unlike reports a value that is not the one wanted.
func unlike[T comparable](got, want T) error {
	if got != want {
		return fmt.Errorf("it is %v, want %v", got, want)
	}
	return nil
}

// architecture is a file without tensors that describes a network.
func architecture(text string) io.Reader {
	header := fmt.Sprintf(`{"__metadata__":{"neurona":%q}}`, text)
	length := make([]byte, 8)
	for i := range length {
		length[i] = byte(len(header) >> (8 * i))
	}
	return strings.NewReader(string(length) + header)
}

// idle is a rule that has nothing that works.
type idle struct{ optim.Rule }

func (idle) Stepper() optim.Stepper { return nil }

// lenient is a loss that takes any target.
type lenient struct{ loss.Loss }

func (lenient) Check(data.Target, int, int) error { return nil }

// exchanger is a layer whose parameter others get hold of.
type exchanger struct{ p nn.Parameter }

func (*exchanger) Kind() string                                    { return "exchanger" }
func (e *exchanger) Build(int, *nn.Environment) (nn.Stage, error)  { return e, nil }
func (*exchanger) Outputs() int                                    { return 2 }
func (e *exchanger) Parameters() []*nn.Parameter                   { return []*nn.Parameter{&e.p} }
func (*exchanger) Forward(nn.Pass, nn.Matrix, nn.Matrix) error     { return nil }
func (*exchanger) Backward(_ nn.Pass, _, _, _, dx nn.Matrix) error { return nil }

// widener is a layer of that many outputs which it never touches.
type widener struct{ outputs int }

func (widener) Kind() string                                    { return "widener" }
func (w widener) Build(int, *nn.Environment) (nn.Stage, error)  { return w, nil }
func (w widener) Outputs() int                                  { return w.outputs }
func (widener) Parameters() []*nn.Parameter                     { return nil }
func (widener) Forward(nn.Pass, nn.Matrix, nn.Matrix) error     { return nil }
func (widener) Backward(_ nn.Pass, _, _, _, dx nn.Matrix) error { return nil }

package nn_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// wordSize is how many bits an int has.
const wordSize = 32 << (^uint(0) >> 63)

// layers2 builds a network of so many inputs.
func layers2(t *testing.T, b blas.Backend, inputs int, l layer.Layer, opts ...nn.Option) func() error {
	t.Helper()
	return func() error {
		_, err := nn.New(tensor.Shape{inputs}, layer.Stack(l), append(opts, nn.Backend(b))...)
		return err
	}
}

// empty reports a matrix that has elements.
func empty(m tensor.Matrix) error { return unlike(len(m.Data), 0) }

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
type exchanger struct {
	layer.Plain
	p tensor.Tensor
}

func (*exchanger) String() string                                              { return "exchanger" }
func (e *exchanger) Build(b layer.Builder, x layer.Value) (layer.Value, error) { return b.Stage(x, e) }
func (*exchanger) Out() tensor.Shape                                           { return tensor.Shape{2} }
func (e *exchanger) Tensors() []*tensor.Tensor                                 { return []*tensor.Tensor{&e.p} }
func (*exchanger) Forward(*layer.Pass, tensor.Matrix, tensor.Matrix) error     { return nil }
func (*exchanger) Backward(_ *layer.Pass, _, _, _, dx tensor.Matrix) error     { return nil }

// widener is a layer of that many outputs which it never touches.
type widener struct {
	layer.Plain
	outputs int
}

func (widener) String() string                                              { return "widener" }
func (w widener) Build(b layer.Builder, x layer.Value) (layer.Value, error) { return b.Stage(x, w) }
func (w widener) Out() tensor.Shape                                         { return tensor.Shape{w.outputs} }
func (widener) Forward(*layer.Pass, tensor.Matrix, tensor.Matrix) error     { return nil }
func (widener) Backward(_ *layer.Pass, _, _, _, dx tensor.Matrix) error     { return nil }

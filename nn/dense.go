package nn

import (
	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/initial"
)

// Dense is a fully connected layer of out neurons: y = x·W + b, with W
// [inputs][out] and b [out]. An activation layer that follows directly becomes
// part of it: both run as one.
//
// Weights start as the network's initialiser or the option Init says.
func Dense(out int, opts ...DenseOption) Layer {
	l := &denseLayer{out: out}
	if err := apply("dense", opts, l); err != nil {
		l.err = err
	}
	return l
}

// DenseOption changes one thing about a Dense layer.
type DenseOption func(*denseLayer)

// Init sets the layer's initialiser in place of the network's. A nil is an error
// of New.
func Init(i initial.Initialiser) DenseOption {
	return func(l *denseLayer) {
		if l.init = i; i == nil {
			l.err = fault.Nil("dense", "initialiser", "one such as initial.HeUniform(), or no Init")
		}
	}
}

type denseLayer struct {
	out  int
	init initial.Initialiser // nil: the network's
	err  error               // of an option that was nil, or given nil
}

// Kind implements Layer.
func (l *denseLayer) Kind() string { return "dense" }

func (l *denseLayer) validate() error {
	if l.err != nil {
		return l.err
	}
	return checkWidth("dense", "number of neurons", l.out)
}

// defaultInit is the initialiser of a layer for which none was chosen: He's
// where a ReLU follows, which halves the variance, and Glorot's otherwise.
func defaultInit(f kernels.Activation) initial.Initialiser {
	if f == kernels.ReLU {
		return initial.HeUniform()
	}
	return initial.GlorotUniform()
}

// Build implements Layer. A network calls it for no Dense in its own list, but
// makes a block; it is for layers that are composed of other layers and for
// whoever wants to look at one layer alone.
func (l *denseLayer) Build(in int, env *Environment) (Stage, error) {
	if err := l.validate(); err != nil {
		return nil, err
	}
	if err := env.check("dense", in); err != nil {
		return nil, err
	}
	if env.Rand == nil {
		return nil, fault.Nil("dense", "the environment's Rand", "a generator to draw weights from")
	}
	if err := (blas.DenseSpec{In: in, Out: l.out, MaxBatch: 1, Precision: blas.Float32}).Validate(); err != nil {
		return nil, err
	}
	params, grads := arena.Float32(in*l.out+l.out), arena.Float32(in*l.out+l.out)
	s := &denseStage{
		backend: env.Backend,
		kernels: env.Backend.Kernels(),
		w:       Matrix{Rows: in, Cols: l.out, Stride: l.out, Data: params[:in*l.out]},
		b:       params[in*l.out:],
		dw:      Matrix{Rows: in, Cols: l.out, Stride: l.out, Data: grads[:in*l.out]},
		db:      grads[in*l.out:],
	}
	init := l.init
	if init == nil {
		init = defaultInit(kernels.Identity)
	}
	init.Fill(env.Rand, in, l.out, s.w.Data, s.b)
	s.parameters = []*Parameter{
		{Name: "weight", Rows: in, Cols: l.out, Value: s.w.Data, Grad: s.dw.Data},
		{Name: "bias", Rows: 1, Cols: l.out, Value: s.b, Grad: s.db},
	}
	return s, nil
}

// denseStage is a Dense outside a block: the plain products, one after the
// other.
type denseStage struct {
	backend    blas.Backend
	kernels    *kernels.Set
	w, dw      Matrix // [in][out]
	b, db      []float32
	parameters []*Parameter
}

func (s *denseStage) Outputs() int { return s.w.Cols }

func (s *denseStage) Forward(_ Pass, x, y Matrix) error {
	if err := checkPass("dense", x, s.w.Rows, y, s.w.Cols); err != nil {
		return err
	}
	for i := range y.Rows {
		copy(rowOf(y, i), s.b)
	}
	return s.backend.Gemm(blas.NoTrans, blas.NoTrans, 1, x, s.w, 1, y)
}

func (s *denseStage) Backward(_ Pass, x, _, dy, dx Matrix) error {
	if err := checkPass("dense", x, s.w.Rows, dy, s.w.Cols); err != nil {
		return err
	}
	if dx.Data != nil {
		if err := s.backend.Gemm(blas.NoTrans, blas.Trans, 1, dy, s.w, 0, dx); err != nil {
			return err
		}
	}
	for i := range dy.Rows {
		s.kernels.Add(rowOf(dy, i), s.db)
	}
	return s.backend.Gemm(blas.Trans, blas.NoTrans, 1, x, dy, 1, s.dw)
}

func (s *denseStage) Parameters() []*Parameter { return s.parameters }

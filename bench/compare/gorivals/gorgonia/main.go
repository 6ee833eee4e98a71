// Command gorgonia has Gorgonia train on its tape machine.
package main

import (
	"fmt"
	"runtime"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/neurona-ml/neurona/bench/compare/gorivals/rival"
)

func main() {
	rival.Serve(rival.Library{
		Name:     "Gorgonia",
		Module:   "gorgonia.org/gorgonia",
		Settings: fmt.Sprintf("tape machine, gonum's BLAS, %d threads, %s", runtime.GOMAXPROCS(0), runtime.Version()),
		New:      newNetwork,
	})
}

// network is a graph with its machine and solver.
type network struct {
	machine    G.VM
	solver     G.Solver
	learnables []G.ValueGrad
	loss       G.Value
}

// tooMuch is the work of a step above which Gorgonia, at some ten GFLOP/s, takes
// many seconds.
const tooMuch = 20e9

func newNetwork(job *rival.Job) (rival.Stepper, error) {
	if job.FLOPs() > tooMuch {
		return nil, rival.Declined(fmt.Sprintf("a step of %.0f GFLOP would take Gorgonia many seconds", job.FLOPs()/1e9))
	}
	b := &builder{g: G.NewGraph()}
	y := b.input("x", job.X, job.Batch, job.Inputs())
	var learnables G.Nodes
	for i, l := range job.Layers {
		w := b.input(fmt.Sprintf("w%d", i), l.W, l.In, l.Out)
		bias := b.input(fmt.Sprintf("b%d", i), l.B, 1, l.Out)
		learnables = append(learnables, w, bias)
		y = b.take(G.Mul(y, w))
		y = b.take(G.BroadcastAdd(y, bias, nil, []byte{0}))
		switch l.Activation {
		case "relu":
			y = b.take(G.Rectify(y))
		case "sigmoid":
			y = b.take(G.Sigmoid(y))
		}
	}
	loss, err := b.loss(job, y)
	if err != nil {
		return nil, err
	}
	n := &network{learnables: G.NodesToValueGrads(learnables)}
	G.Read(loss, &n.loss)
	if _, err := G.Grad(loss, learnables...); err != nil {
		return nil, err
	}
	n.machine = G.NewTapeMachine(b.g, G.BindDualValues(learnables...))
	switch job.Optimizer {
	case "sgd":
		n.solver = G.NewVanillaSolver(G.WithLearnRate(job.Rate))
	case "adam":
		n.solver = G.NewAdamSolver(G.WithLearnRate(job.Rate), G.WithEps(1e-8))
	default:
		return nil, rival.Declined("no optimizer " + job.Optimizer)
	}
	return n, nil
}

// builder keeps the first error of building a graph.
type builder struct {
	g   *G.ExprGraph
	err error
}

func (b *builder) take(n *G.Node, err error) *G.Node {
	if err != nil && b.err == nil {
		b.err = err
	}
	return n
}

func (b *builder) input(name string, data []float32, rows, cols int) *G.Node {
	value := tensor.New(tensor.WithShape(rows, cols), tensor.WithBacking(append([]float32(nil), data...)))
	return G.NewMatrix(b.g, tensor.Float32, G.WithShape(rows, cols), G.WithName(name), G.WithValue(value))
}

// loss is the mean loss of outputs y, in Gorgonia's own operations.
func (b *builder) loss(job *rival.Job, y *G.Node) (*G.Node, error) {
	var loss *G.Node
	switch job.Loss {
	case "mse":
		t := b.input("target", job.Values, job.Batch, job.Outputs())
		loss = b.take(G.Mean(b.take(G.Square(b.take(G.Sub(y, t))))))
	case "bce": // log(1+eᶻ) − t·z
		t := b.input("target", job.Values, job.Batch, job.Outputs())
		each := b.take(G.Sub(b.take(G.Softplus(y)), b.take(G.HadamardProd(t, y))))
		loss = b.take(G.Mean(each))
	case "ce":
		t := b.input("target", job.OneHot(), job.Batch, job.Outputs())
		picked := b.take(G.HadamardProd(t, b.take(G.LogSoftMax(y))))
		loss = b.take(G.Div(b.take(G.Sum(picked)), G.NewConstant(float32(-job.Batch))))
	default:
		return nil, rival.Declined("no loss " + job.Loss)
	}
	return loss, b.err
}

func (n *network) Step() (float64, error) {
	n.machine.Reset()
	if err := n.machine.RunAll(); err != nil {
		return 0, err
	}
	loss, ok := n.loss.Data().(float32)
	if !ok {
		return 0, fmt.Errorf("loss is %T, want float32", n.loss.Data())
	}
	return float64(loss), n.solver.Step(n.learnables)
}

func (n *network) Close() error { return n.machine.Close() }

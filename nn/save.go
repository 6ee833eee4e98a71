package nn

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/output"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Save writes the network to w in the safetensors format: the parameters as
// float32 tensors, and the architecture as JSON in the metadata entry
// "neurona". meta is written beside it, free for the caller's use, such as the
// names of the classes; it may be nil, and must not have the key "neurona".
//
// Tensors are called as PyTorch calls them, and shaped so: the Dense at
// position i of the network's stack is "layers.i.weight" [out][in] and
// "layers.i.bias" [out]; one at position j of a container there is "layers.i.j.weight".
// Functions and dropout count as positions too. Running statistics are tensors like
// others.
//
// Precision is not of the model but of how it is run, and so is not written:
// parameters are float32 in all of them, and who loads the file chooses anew.
//
// Save takes a consistent copy of the parameters first, between two steps if
// the network is in training.
func (n *Network) Save(w io.Writer, meta map[string]string) (err error) {
	defer recovered(&err) // w is the user's
	if err := n.made(); err != nil {
		return err
	}
	if w == nil {
		return fault.Nil("save", "writer", "one to write to")
	}
	if _, taken := meta[architectureKey]; taken {
		return &FormatError{Tensor: architectureKey, Detail: "this metadata key is reserved for the architecture"}
	}
	text, err := describeNetwork(n)
	if err != nil {
		return fmt.Errorf("nn: save: %w", err)
	}
	all := map[string]string{architectureKey: text}
	maps.Copy(all, meta)
	tensors, err := n.copyTensors()
	if err != nil {
		return fmt.Errorf("nn: save: %w", err)
	}
	if err := writeTensors(w, all, tensors); err != nil {
		return fmt.Errorf("nn: save: %w", err)
	}
	return nil
}

// SaveFile saves the network to a file. It is written beside path and renamed:
// what stood there stays until the new file is complete. Its mode and its owner
// stay, links are followed, and a device or a pipe is written to as it is.
func (n *Network) SaveFile(path string, meta map[string]string) error {
	return output.Write(path, func(w io.Writer) error { return n.Save(w, meta) })
}

// fileTensors lists the graph's tensors in the order of its nodes, without data.
func (g *graph) fileTensors() []fileTensor {
	var list []fileTensor
	for _, n := range g.nodes {
		for _, t := range n.tensors() {
			list = append(list, fileTensor{name: t.Name, shape: t.Dims})
		}
	}
	return list
}

// copyTensors returns copies of all tensors.
func (n *Network) copyTensors() ([]fileTensor, error) {
	n.weights.RLock()
	defer n.weights.RUnlock()
	if n.closed {
		return nil, ErrClosed
	}
	if err := n.intact(); err != nil {
		return nil, err
	}
	list := n.fileTensors()
	next := list
	for _, node := range n.nodes {
		switch op := node.op.(type) {
		case *block:
			w, b, err := op.unpack(op.plan.Parameters())
			if err != nil {
				return nil, err
			}
			next[0].data, next[1].data = transposed(w.Data, op.in, op.out), b
			next = next[2:]
		case *staged:
			for _, t := range op.all {
				next[0].data = slices.Clone(t.Value)
				next = next[1:]
			}
		}
	}
	return list, nil
}

// setTensors sets all tensors to the data of a list as fileTensors returns
// it. The caller holds both locks.
func (n *Network) setTensors(tensors []fileTensor) error {
	if err := n.intact(); err != nil {
		return err
	}
	defer n.parametersChanged() // after an error halfway too
	for _, node := range n.nodes {
		switch op := node.op.(type) {
		case *block:
			w := tensor.Matrix{Rows: op.in, Cols: op.out, Stride: op.out, Data: transposed(tensors[0].data, op.out, op.in)}
			if err := blas.SetWeights(op.plan, w, tensors[1].data); err != nil {
				return node.wrap(err)
			}
			tensors = tensors[2:]
		case *staged:
			for _, t := range op.all {
				copy(t.Value, tensors[0].data)
				tensors = tensors[1:]
			}
		}
	}
	return nil
}

// transposed returns the [cols][rows] transpose of m [rows][cols].
func transposed(m []float32, rows, cols int) []float32 {
	t := make([]float32, len(m))
	for i := range rows {
		for j, v := range m[i*cols : (i+1)*cols] {
			t[j*rows+i] = v
		}
	}
	return t
}

package nn

import (
	"fmt"
	"io"
	"maps"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/atomicfile"
	"github.com/neurona-ml/neurona/nn/fault"
)

// Save writes the network to w in the safetensors format: the parameters as
// float32 tensors, and the architecture as JSON in the metadata entry
// "neurona". meta is written beside it, free for the caller's use, such as the
// names of the classes; it may be nil, and must not have the key "neurona".
//
// Tensors are called as PyTorch calls them, and shaped so: the Dense at
// position i of the network's list is "layers.i.weight" [out][in] and
// "layers.i.bias" [out]. Activations and dropout count as positions too. A
// parameter of a custom layer is "layers.i." and its name, [rows][cols] or
// [cols] if it has one row.
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
// what stood there stays until the new file is complete.
func (n *Network) SaveFile(path string, meta map[string]string) error {
	return atomicfile.Write(path, 0o644, func(w io.Writer) error { return n.Save(w, meta) })
}

// tensors lists the network's parameters in the order of its nodes, without
// data.
func (n *Network) tensors() []fileTensor {
	var list []fileTensor
	for _, node := range n.nodes {
		if node.stage == nil { // not its plan, which a larger batch replaces
			list = append(list, denseTensors(node.first, node.in, node.out)...)
			continue
		}
		for _, p := range node.parameters {
			shape := []int{p.Rows, p.Cols}
			if p.Rows == 1 {
				shape = shape[1:]
			}
			list = append(list, fileTensor{name: tensorName(node.first, p.Name), shape: shape})
		}
	}
	return list
}

// copyTensors returns copies of all parameters.
func (n *Network) copyTensors() ([]fileTensor, error) {
	n.weights.RLock()
	defer n.weights.RUnlock()
	if n.closed {
		return nil, ErrClosed
	}
	if err := n.intact(); err != nil {
		return nil, err
	}
	list := n.tensors()
	next := list
	for _, node := range n.nodes {
		if node.plan != nil {
			w, b, err := node.unpack(node.plan.Parameters())
			if err != nil {
				return nil, err
			}
			next[0].data, next[1].data = transposed(w.Data, node.in, node.out), b
			next = next[2:]
			continue
		}
		for _, p := range node.parameters {
			next[0].data = append([]float32(nil), p.Value...)
			next = next[1:]
		}
	}
	return list, nil
}

// setTensors sets all parameters to the data of tensors, a list as Network.tensors
// returns it. The caller holds both locks.
func (n *Network) setTensors(tensors []fileTensor) error {
	if err := n.intact(); err != nil {
		return err
	}
	defer n.parametersChanged() // after an error halfway too
	for _, node := range n.nodes {
		if node.plan != nil {
			w := Matrix{Rows: node.in, Cols: node.out, Stride: node.out, Data: transposed(tensors[0].data, node.out, node.in)}
			if err := blas.SetWeights(node.plan, w, tensors[1].data); err != nil {
				return node.wrap(err)
			}
			tensors = tensors[2:]
			continue
		}
		for _, p := range node.parameters {
			copy(p.Value, tensors[0].data)
			tensors = tensors[1:]
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

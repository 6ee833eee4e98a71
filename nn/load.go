package nn

import (
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
)

// Load reads a network that Save has written. It returns the network, made
// with opts as New would, precision included, and the caller's metadata.
//
// A file that is not valid is a *FormatError; one whose tensors do not fit the
// layers that it describes is a *MismatchError; one that has layers of the
// user's own types, or does not describe its layers, is ErrNoArchitecture. The
// reader must end where the file does. What a file claims takes no memory
// before it has arrived. Parameters that are NaN or infinite are taken as they
// are.
func Load(r io.Reader, opts ...Option) (n *Network, meta map[string]string, err error) {
	defer recovered(&err) // r is the user's
	n, meta, err = load(r, opts)
	if err != nil {
		return nil, nil, fmt.Errorf("nn: load: %w", err)
	}
	return n, meta, nil
}

func load(r io.Reader, opts []Option) (*Network, map[string]string, error) {
	// Before a word is read of what may be long.
	if _, err := newConfig(opts); err != nil {
		return nil, nil, err
	}
	f, err := openTensors(r)
	if err != nil {
		return nil, nil, err
	}
	text, ok := f.metadata[architectureKey]
	if !ok {
		return nil, nil, fmt.Errorf("no metadata %q: %w", architectureKey, ErrNoArchitecture)
	}
	inputs, layers, err := parseArchitecture(text)
	if err != nil {
		return nil, nil, err
	}
	// All data are read before the network is made, so that sizes that are
	// not backed by data are not allocated.
	tensors := architectureTensors(inputs, layers)
	if err := f.read(tensors); err != nil {
		return nil, nil, err
	}
	n, err := New(inputs, layers, append(slices.Clone(opts), WithInit(zeros{}))...)
	if err != nil {
		return nil, nil, err
	}
	if err := n.setTensors(tensors); err != nil {
		n.Close()
		return nil, nil, err
	}
	return n, f.userMetadata(), nil
}

// LoadFile reads a network from a file.
func LoadFile(path string, opts ...Option) (*Network, map[string]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("nn: load: %w", err)
	}
	defer file.Close()
	n, meta, err := Load(file, opts...)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return n, meta, nil
}

// LoadInto reads the parameters of n from r, by name, and returns the file's
// metadata other than the architecture, which is not looked at. So it serves
// networks with custom layers, and files that come from elsewhere with tensors
// called as Save calls them. The file must have exactly the network's tensors.
//
// After an error the network is as it was. Gradients gathered so far are
// dropped; the state of an optimizer stays.
func LoadInto(n *Network, r io.Reader) (meta map[string]string, err error) {
	defer recovered(&err) // r is the user's
	meta, err = loadInto(n, r)
	if err != nil {
		return nil, fmt.Errorf("nn: load: %w", err)
	}
	return meta, nil
}

func loadInto(n *Network, r io.Reader) (map[string]string, error) {
	if err := n.made(); err != nil {
		return nil, err
	}
	// The network is not held while the reader may take its time: names and
	// shapes of its parameters do not change.
	f, err := openTensors(r)
	if err != nil {
		return nil, err
	}
	tensors := n.tensors()
	if err := f.read(tensors); err != nil {
		return nil, err
	}
	if err := n.begin(); err != nil {
		return nil, err
	}
	defer n.end()
	n.weights.Lock()
	defer n.weights.Unlock()
	return f.userMetadata(), n.setTensors(tensors)
}

// userMetadata is the metadata without the architecture.
func (f *tensorFile) userMetadata() map[string]string {
	meta := maps.Clone(f.metadata)
	delete(meta, architectureKey)
	return meta
}

// zeros is the initialiser of weights that are about to be loaded.
type zeros struct{}

func (zeros) String() string { return "zeros" }

func (zeros) Fill(_ *rand.Rand, _, _ int, w, b []float32) {
	clear(w)
	clear(b)
}

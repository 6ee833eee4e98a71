package nn

import (
	"fmt"
	"io"
	"maps"
	"os"
)

// Load reads a network that Save has written. It returns the network, made
// with opts as New would, precision included, and the caller's metadata.
//
// A file that is not valid is a *FormatError; one whose tensors do not fit the
// layers that it describes is a *MismatchError; one that has layers which LayerCatalog does
// not know, or does not describe its layers, is ErrNoArchitecture. The
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
	c, err := newConfig(opts)
	if err != nil {
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
	shape, l, err := parseArchitecture(text, c.layers)
	if err != nil {
		return nil, nil, err
	}
	// All data are read when the network is only a graph, so that sizes that are
	// not backed by data are not allocated.
	var tensors []fileTensor
	c.blank = true
	n, err := newNetwork(shape, l, c, func(g *graph) error {
		tensors = g.fileTensors()
		return f.read(tensors)
	})
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
	tensors := n.fileTensors()
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

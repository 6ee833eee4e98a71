package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn"
)

// model is a saved network with what it has been trained to do.
type model struct {
	path    string
	net     *nn.Network
	task    *task
	backend blas.Backend
}

// openModel loads a model to compute as the flags ask for.
func (a *app) openModel(path string, e *engine) (*model, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, &usageError{fmt.Errorf("MODEL is %s, want a file, not a folder", path)}
	}
	precision, err := e.parsePrecision()
	if err != nil {
		return nil, err
	}
	b, err := e.open()
	if err != nil {
		return nil, err
	}
	net, meta, err := nn.LoadFile(path, nn.Backend(b), nn.Precision(precision))
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	m := &model{path: path, net: net, backend: b}
	if m.task, err = parseTask(meta, net); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), m.close())
	}
	a.notePrecision(net)
	return m, nil
}

func (m *model) close() error { return errors.Join(m.net.Close(), m.backend.Close()) }

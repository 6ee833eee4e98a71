package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/model"
)

// openModel is a model from a file, on a backend of its own.
type openModel struct {
	*model.Model
	path    string
	backend blas.Backend
}

// openModel loads a model to compute as the flags ask for.
func (a *app) openModel(path string, e *engine) (*openModel, error) {
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
	m, err := model.Load(path, nn.Backend(b), nn.Precision(precision))
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	a.notePrecision(m.Network())
	return &openModel{m, path, b}, nil
}

func (m *openModel) close() error { return errors.Join(m.Close(), m.backend.Close()) }

// label names a target in messages and answers.
func (m *openModel) label(target int) string { return m.Targets()[target].Label() }

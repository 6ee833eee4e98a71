package model

import (
	"errors"
	"fmt"

	"github.com/neurona-ml/neurona/datasets/table"
)

// saved1 is a model of format 1, which knew columns of numbers alone, scaled in float32.
type saved1 struct {
	Data     string   `json:"data"`
	Seed     uint64   `json:"seed"`
	Rows     int      `json:"rows"`
	Loss     string   `json:"loss"`
	Classes  []string `json:"classes"`
	Features []string `json:"features"`
	Scaler   *scaler1 `json:"scaler"`
	Targets  *scaler1 `json:"targets"`
}

// scaler1 scales all columns: (x - Offset) / Scale.
type scaler1 struct {
	Kind   string    `json:"kind"`
	Offset []float32 `json:"offset"`
	Scale  []float32 `json:"scale"`
}

// upgrade returns it as one of format 2, for a network of so many inputs.
func (old *saved1) upgrade(inputs int) (*saved2, error) {
	d := &drawn{Inputs: inputs, Names: old.Features, Classes: old.Classes}
	if old.Features != nil && len(old.Features) != inputs {
		return nil, fmt.Errorf("%d feature names for %d inputs", len(old.Features), inputs)
	}
	var err error
	if d.Scalers, err = old.Scaler.upgrade(inputs, "inputs"); err != nil {
		return nil, err
	}
	targets, err := old.Targets.upgrade(1, "quantity")
	if err != nil {
		return nil, err
	}
	if targets != nil {
		d.Target = &targets[0]
	}
	return &saved2{Format: 2, Data: old.Data, Seed: old.Seed, Rows: old.Rows, Loss: old.Loss, Drawn: d}, nil
}

func (s *scaler1) upgrade(columns int, what string) ([]table.Scaler, error) {
	if s == nil {
		return nil, nil
	}
	if len(s.Offset) != columns || len(s.Scale) != columns {
		return nil, fmt.Errorf("a scaler of %d offsets and %d scales for %d %s", len(s.Offset), len(s.Scale), columns, what)
	}
	kind := table.Standardise
	if s.Kind == string(table.MinMax) {
		kind = table.MinMax
	}
	list := make([]table.Scaler, columns)
	for i := range list {
		if scale := s.Scale[i]; scale == 0 || scale-scale != 0 || s.Offset[i]-s.Offset[i] != 0 {
			return nil, errors.New("an offset or scale that is 0 or not finite")
		}
		list[i] = table.Scaler{Kind: kind, Offset: float64(s.Offset[i]), Scale: float64(s.Scale[i])}
	}
	return list, nil
}

package model

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/nn"
)

// MetadataKey is the entry of a safetensors file's metadata that has, as JSON, all that a model is beside its network.
const MetadataKey = "task"

// format is the version of what is written.
const format = 3

// saved is a model without its network, as a file has it. See the package's comment.
type saved struct {
	Format     int            `json:"format"`
	Loss       string         `json:"loss"`
	Threshold  float64        `json:"threshold,omitempty"` // of the second class; ½ if there is none
	Table      *table.Encoder `json:"table,omitempty"`     // what a table has taught
	Drawn      *drawn         `json:"drawn,omitempty"`     // or what other data have
	Scores     []savedScore   `json:"scores,omitempty"`
	Provenance Provenance     `json:"provenance"`
}

// saved2 is what format 2 was.
type saved2 struct {
	Format int            `json:"format"`
	Data   string         `json:"data"` // paths
	Seed   uint64         `json:"seed"`
	Rows   int            `json:"rows"` // that were asked for; 0 for all
	Loss   string         `json:"loss"`
	Table  *table.Encoder `json:"table,omitempty"`
	Drawn  *drawn         `json:"drawn,omitempty"`
}

// Metadata is what a file has beside the network, for who saves that alone.
func (t *Task) Metadata() (map[string]string, error) { return t.metadata(nil) }

func (t *Task) metadata(scores []Score) (map[string]string, error) {
	s := saved{Format: format, Loss: t.loss.String(), Threshold: t.targets[0].threshold, Drawn: t.drawn, Scores: saveScores(scores), Provenance: t.provenance}
	if t.drawn == nil {
		s.Table = t.encoder
	}
	text, err := json.Marshal(&s)
	if err != nil {
		return nil, err
	}
	return map[string]string{MetadataKey: string(text)}, nil
}

// parse is the inverse of metadata, for a network as it was loaded. It believes nothing: a file may have been written by anyone.
func parse(meta map[string]string, net *nn.Network) (*Task, []Score, error) {
	text, ok := meta[MetadataKey]
	if !ok {
		return nil, nil, fmt.Errorf("its metadata have no %q, so %w: it was not saved by neurona train", MetadataKey, ErrNoModel)
	}
	t, scores, err := decode([]byte(text), net)
	if err != nil {
		return nil, nil, fmt.Errorf("metadata %q: %w", MetadataKey, err)
	}
	return t, scores, nil
}

func decode(text []byte, net *nn.Network) (*Task, []Score, error) {
	var version struct{ Format int }
	if err := json.Unmarshal(text, &version); err != nil {
		return nil, nil, err
	}
	s := &saved{}
	switch version.Format {
	case 1:
		var old saved1
		if err := json.Unmarshal(text, &old); err != nil {
			return nil, nil, err
		}
		two, err := old.upgrade(net.Inputs())
		if err != nil {
			return nil, nil, err
		}
		*s = two.upgrade()
	case 2:
		var two saved2
		if err := strictly(text, &two); err != nil {
			return nil, nil, err
		}
		*s = two.upgrade()
	case format:
		if err := strictly(text, s); err != nil {
			return nil, nil, err
		}
	default:
		return nil, nil, fmt.Errorf("format is %d, want 1 to %d", version.Format, format)
	}
	if s.Drawn != nil && s.Drawn.Inputs != net.Inputs() { // before there is room for so many
		return nil, nil, wrongWidth(s.Drawn.Inputs, net)
	}
	t := &Task{data: s.Provenance.Data, drawn: s.Drawn, encoder: s.Table, provenance: s.Provenance}
	switch {
	case (s.Table == nil) == (s.Drawn == nil):
		return nil, nil, errors.New(`want one of "table" and "drawn"`)
	case s.Drawn != nil:
		var err error
		if t.encoder, err = s.Drawn.encoder(); err != nil {
			return nil, nil, err
		}
	}
	if t.encoder.Targets() < 1 {
		return nil, nil, errors.New("no column is predicted")
	}
	if n := t.provenance.Asked; n < 0 || n > MaxAsked {
		return nil, nil, fmt.Errorf("rows is %d, want 0 to %d", n, MaxAsked)
	}
	if err := t.check(s.Loss, net); err != nil {
		return nil, nil, err
	}
	if err := t.setThreshold(s.Threshold); err != nil {
		return nil, nil, err
	}
	scores := loadScores(s.Scores)
	for i := range scores {
		if err := scores[i].check(t); err != nil {
			return nil, nil, err
		}
	}
	return t, scores, nil
}

// strictly reads JSON whose fields are all known.
func strictly(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("something follows it")
	}
	return nil
}

// upgrade returns what format 2 has as today's.
func (two *saved2) upgrade() saved {
	return saved{Format: format, Loss: two.Loss, Table: two.Table, Drawn: two.Drawn,
		Provenance: Provenance{Data: baseNames(two.Data), Seed: two.Seed, Asked: two.Rows}}
}

// check reports a score that is not one of the task.
func (s *Score) check(t *Task) error {
	if s.Part != "test" {
		return names.Unknown("part", cut(s.Part), []string{"test"})
	}
	if len(s.Targets) != len(t.targets) || s.Rows < 0 {
		return fmt.Errorf("scores of %s on %d rows, and %d are predicted", plural(len(s.Targets), "column"), s.Rows, len(t.targets))
	}
	return nil
}

package nn

import (
	"bytes"
	"encoding/gob"

	"github.com/neurona-ml/neurona/nn/optim"
)

// observe is the callback that tells an observer of a schedule the loss: of each validation,
// or of each epoch's batches if there is none.
func observe(o optim.Observer) Callback {
	c := Callback{
		Name: "schedule",
		Save: func() ([]byte, error) { return encoded(o.State()) },
		Load: func(state []byte) error {
			var numbers []float64
			if err := decode(state, &numbers); err != nil {
				return err
			}
			return o.SetState(numbers)
		},
	}
	c.Validated = func(r *Run, v *Validation) error { o.Observe(r.Progress(), v.Loss); return nil }
	c.Epoch = func(r *Run, e *EpochInfo) error {
		if r.Validation == nil {
			o.Observe(r.Progress(), e.Loss)
		}
		return nil
	}
	return c
}

// encoded returns what a callback remembers, for decode.
func encoded(state any) ([]byte, error) {
	var b bytes.Buffer
	err := gob.NewEncoder(&b).Encode(state)
	return b.Bytes(), err
}

func decode(state []byte, into any) error {
	return gob.NewDecoder(bytes.NewReader(state)).Decode(into)
}

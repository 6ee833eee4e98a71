package model

import (
	"fmt"
	"io"
	"os"
	"slices"
	"sync"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/internal/output"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/fault"
)

// Model is a network with all that it takes to answer rows as people have them: columns and how they become features, classes, how
// numbers are scaled, how it did when it was trained and what on. Methods may be called from several goroutines.
type Model struct {
	net    *nn.Network
	task   *Task
	scores []Score

	records func() *Records // those of PredictRecord
}

func newModel(net *nn.Network, task *Task, scores []Score) *Model {
	m := &Model{net: net, task: task, scores: scores}
	m.records = sync.OnceValue(func() *Records { return m.Records() })
	return m
}

// New returns a model of a network that somebody has trained for a task. The model takes the network over: [Model.Close] closes it.
func New(net *nn.Network, task *Task, scores ...Score) (*Model, error) {
	switch {
	case net == nil:
		return nil, fault.Nil("model", "network", "one that was trained for the task")
	case task == nil || task.encoder == nil:
		return nil, fault.Nil("model", "task", "one that Prepare or NewTask has made")
	}
	if err := task.fits(net); err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	for i := range scores {
		if err := scores[i].check(task); err != nil {
			return nil, fmt.Errorf("model: %w", err)
		}
	}
	return newModel(net, task, scores), nil
}

// Load reads a model from a file that [Model.Save] or neurona train has written, those of versions before too. The network is made with
// opts: nn.Precision for one, and nn.Backend, which stays the caller's.
//
// A file that is damaged is an nn.FormatError; one that holds a network alone is [ErrNoModel]. What a file says that this version does not
// know is an error.
func Load(path string, opts ...nn.Option) (*Model, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	defer f.Close()
	m, err := Read(f, opts...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// Read is [Load] from a reader, which must end where the model does.
func Read(r io.Reader, opts ...nn.Option) (*Model, error) {
	net, meta, err := nn.Load(r, opts...)
	if err != nil {
		return nil, err
	}
	task, scores, err := parse(meta, net)
	if err != nil {
		net.Close()
		return nil, err
	}
	return newModel(net, task, scores), nil
}

// Save writes the model to a file, whole or not at all: beside it first, and renamed. What stands there stays until then.
func (m *Model) Save(path string) error {
	return output.Write(path, func(w io.Writer) error {
		_, err := m.WriteTo(w)
		return err
	})
}

// WriteTo writes the model as a safetensors file. What it writes follows from the model alone.
func (m *Model) WriteTo(w io.Writer) (n int64, err error) {
	if err := m.made("save"); err != nil {
		return 0, err
	}
	if w == nil {
		return 0, fault.Nil("save", "writer", "one to write to")
	}
	meta, err := m.task.metadata(m.scores)
	if err != nil {
		return 0, fmt.Errorf("model: %w", err)
	}
	counting := &counter{w: w}
	err = m.net.Save(counting, meta)
	return counting.n, err
}

// counter counts what is written.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(data []byte) (int, error) {
	n, err := c.w.Write(data)
	c.n += int64(n)
	return n, err
}

// Close ends the network. The model answers nothing any more.
func (m *Model) Close() error {
	if err := m.made("close"); err != nil {
		return err
	}
	return m.net.Close()
}

// Network is what computes: the model's own.
func (m *Model) Network() *nn.Network { return m.net }

// Task is all that the model knows beside its weights.
func (m *Model) Task() *Task { return m.task }

// Columns are those that an answer is made of, in the order of training. What a record calls each of them is its Key.
func (m *Model) Columns() []table.Field {
	return slices.DeleteFunc(slices.Clone(m.task.encoder.Schema().Fields), func(f table.Field) bool { return !f.Use })
}

// Targets are the columns that are predicted, at least one. They are the model's own: not to be written.
func (m *Model) Targets() []Target { return m.task.targets }

// Classes are those of the only target, as they were spelt in training, in the order of probabilities; nil if there are several targets, or it is a
// number. They are the model's own: not to be written.
func (m *Model) Classes() []string { return m.task.Classes() }

// Scores say how the model did when it was trained, on rows that it had not seen; none if there were none.
func (m *Model) Scores() []Score { return m.scores }

// Provenance says what the model was trained on, and how.
func (m *Model) Provenance() Provenance { return m.task.provenance }

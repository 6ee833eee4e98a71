package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/internal/cpu"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn"
	"github.com/spf13/cobra"
)

// info is what neurona info says.
type info struct {
	Version  string          `json:"version"`
	CPU      cpu.Info        `json:"cpu"`
	ISAs     []isaStatus     `json:"isas"`    // lowest first
	Ceiling  string          `json:"ceiling"` // what NEURONA_ISA allows; empty: everything
	Backends []backendStatus `json:"backends"`
	// Precisions are those of the chosen backend, the most accurate first.
	Precisions []precisionStatus `json:"precisions"`
	engineEvent
	Network *nn.Explanation `json:"network,omitempty"` // what --net asks for
}

// isaStatus is an instruction set, and why it is not available if it is not.
type isaStatus struct {
	Name      string `json:"name"`
	Available bool   `json:"available"`
	Chosen    bool   `json:"chosen"`
	Why       string `json:"why,omitempty"`
}

// backendStatus is a backend, and why it is not available if it is not.
type backendStatus struct {
	Name      string `json:"name"`
	Available bool   `json:"available"`
	Chosen    bool   `json:"chosen"`
	Library   string `json:"library,omitempty"`
	Why       string `json:"why,omitempty"`
}

// precisionStatus is a precision, and why the backend does not have it if it
// does not.
type precisionStatus struct {
	Name      blas.Precision `json:"name"`
	Available bool           `json:"available"`
	Chosen    bool           `json:"chosen"`
	Why       string         `json:"why,omitempty"`
}

func (a *app) infoCommand() *cobra.Command {
	engine := &engine{}
	asJSON := false
	sketch := sketch{}
	cmd := &cobra.Command{
		Use:   "info",
		Short: "Say what this machine has and what would be used",
		Long: `info says what processor this is, which instruction sets, backends and
precisions can be used and why others cannot, and what training would run on,
given the same flags. With --net it also measures a training step of such a
network, product by product: path, kernel, workers, rate, and share of what the
machine can do. Environment variable ` + backends.ISAVariable + ` names the highest
instruction set to use.`,
		Example: `  neurona info
  NEURONA_ISA=avx2 neurona info --json
  neurona info --net 784-512-10 --batch 64 --precision bf16`,
		Args: arguments(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := sketch.checkFlags(cmd); err != nil {
				return err
			}
			i, err := newInfo(engine, sketch)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(a.stdout, i)
			}
			return i.print(a.stdout, a.stdout.terminal)
		},
	}
	cmd.Flags().SortFlags = false
	engine.addFlags(cmd)
	sketch.addFlags(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "write a JSON object")
	return cmd
}

// newInfo opens the backend that training would use, and asks around.
func newInfo(e *engine, s sketch) (*info, error) {
	precision, err := e.parsePrecision()
	if err != nil {
		return nil, err
	}
	chosen, err := e.open()
	if err != nil {
		return nil, err
	}
	defer chosen.Close()
	i := &info{
		Version:     version(),
		CPU:         cpu.Describe(),
		Ceiling:     os.Getenv(backends.ISAVariable),
		engineEvent: newEngineEvent(chosen, precision),
	}
	for _, isa := range cpu.Ladder() {
		why := kernels.Unavailable(string(isa))
		i.ISAs = append(i.ISAs, isaStatus{string(isa), why == "", string(isa) == i.ISA, why})
	}
	for _, name := range backends.Names() {
		if name != "auto" {
			i.Backends = append(i.Backends, e.status(name, chosen.Name()))
		}
	}
	for _, p := range blas.Precisions() {
		as, why := blas.Effective(chosen, p)
		i.Precisions = append(i.Precisions, precisionStatus{p, as == p, p == i.Precision, why})
	}
	i.Network, err = s.explain(chosen, precision)
	return i, err
}

// status asks a backend what it is.
func (e *engine) status(name, chosen string) backendStatus {
	s := backendStatus{Name: name, Chosen: name == chosen}
	if err := backends.Available(name); err != nil {
		s.Why = err.Error()
		return s
	}
	b, err := backends.Open(name, backends.Options{ISA: e.isa, Workers: e.workers})
	if err != nil {
		s.Why = err.Error()
		return s
	}
	defer b.Close()
	s.Available, s.Library = true, b.Library()
	return s
}

// print writes what it is for people.
func (i *info) print(w io.Writer, t terminal) error {
	var b strings.Builder
	line(&b, "neurona", i.Version)
	brand := i.CPU.Brand
	if brand == "" {
		brand = "unknown processor"
	}
	if i.CPU.Microarchitecture != cpu.Unknown {
		brand += ", " + string(i.CPU.Microarchitecture)
	}
	line(&b, "cpu", fmt.Sprintf("%s, %s", brand, i.CPU.Arch))
	line(&b, "cores", fmt.Sprintf("%s physical, %s logical, %d usable",
		known(i.CPU.PhysicalCores), known(i.CPU.LogicalCores), i.CPU.Usable))
	line(&b, "caches", fmt.Sprintf("L1d %s, L2 %s per core; L3 %s",
		bytesize(i.CPU.L1D), bytesize(i.CPU.L2), bytesize(i.CPU.L3)))
	wrap(&b, "features", i.CPU.Features, max(t.width, 40))
	if i.Ceiling != "" {
		line(&b, "ceiling", fmt.Sprintf("%s=%s", backends.ISAVariable, i.Ceiling))
	}
	b.WriteString("\ninstruction sets\n")
	for _, s := range i.ISAs {
		item(&b, t, s.Name, s.Available, s.Chosen, s.Why)
	}
	b.WriteString("\nbackends\n")
	for _, s := range i.Backends {
		text := s.Why
		if s.Available {
			text = s.Library
		}
		item(&b, t, s.Name, s.Available, s.Chosen, text)
	}
	fmt.Fprintf(&b, "\nprecisions of %s\n", i.Backend)
	for _, s := range i.Precisions {
		item(&b, t, string(s.Name), s.Available, s.Chosen, s.Why)
	}
	fmt.Fprintf(&b, "\ntraining would use %s\n", describeEngine(i.engineEvent))
	if i.Network != nil {
		b.WriteString("\n" + i.Network.String())
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// known writes a number that is 0 if nobody knows it.
func known(n int) string {
	if n <= 0 {
		return "unknown"
	}
	return fmt.Sprint(n)
}

// item writes a line of a list of things that are chosen, available or not.
func item(w io.Writer, t terminal, name string, available, chosen bool, text string) {
	mark := t.pick("✗", "-")
	switch {
	case chosen:
		mark = t.pick("▶", "*")
		text = strings.TrimSuffix("chosen; "+text, "; ")
	case available:
		mark = t.pick("✓", "+")
	}
	fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("  %s %-9s %s", mark, name, text), " "))
}

// wrap writes a line of a report whose words may need several.
func wrap(w io.Writer, name string, words []string, width int) {
	const indent = 10
	text, col := "", indent
	for i, word := range words {
		switch {
		case i == 0:
		case col+1+len(word) > width:
			text += "\n" + strings.Repeat(" ", indent)
			col = indent
		default:
			text += " "
			col++
		}
		text += word
		col += len(word)
	}
	line(w, name, text)
}

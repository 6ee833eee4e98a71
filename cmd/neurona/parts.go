package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/initial"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/spf13/cobra"
)

// family is a catalogue of parts, whatever they are.
type family interface {
	Names() []string
	Help() string
	Describe(name string) (string, error)
	Descriptions() []catalog.Description
}

// partFamily is a family under the name that the command has for it.
type partFamily struct {
	name  string
	flags string // of neurona train that take its parts
	of    string // the package that has it
	family
}

// partFamilies are all of them.
func partFamilies() []partFamily {
	return []partFamily{
		{"activation", "--activation", "nn/activation", activation.Catalog()},
		{"layer", "", "nn/layer", layer.Catalog()},
		{"loss", "--loss", "nn/loss", loss.Catalog()},
		{"rule", "--optimizer", "nn/optim", optim.Rules()},
		{"schedule", "--schedule", "nn/optim", optim.Schedules()},
		{"initialiser", "--init", "nn/initial", initial.Catalog()},
		{"metric", "--metric", "nn/metric", metric.Catalog()},
	}
}

func (a *app) partsCommand() *cobra.Command {
	var asJSON, asMarkdown bool
	var valid []string
	for _, f := range partFamilies() {
		valid = append(append(valid, f.name), f.Names()...)
		if flag := strings.TrimPrefix(f.flags, "--"); flag != "" && flag != f.name {
			valid = append(valid, flag)
		}
	}
	cmd := &cobra.Command{
		Use:   "parts [FAMILY] [PART]",
		Short: "list what networks and trainings are made of",
		Long: `parts lists what networks and trainings are made of, by the names that flags of
train take: of each part its signature, what it is, its formula and PyTorch's
name. Of a family, ` + strings.Join(familyNames(), ", ") + `, it
lists that alone; of a part it says what its parameters are. A rule is what
--optimizer takes, and optimizer is another name of the family.`,
		Example:   "  neurona parts\n  neurona parts activation\n  neurona parts adamw\n  neurona parts loss mse",
		Args:      arguments("[FAMILY or PART]", "[PART]"),
		ValidArgs: valid,
		RunE: func(_ *cobra.Command, args []string) error {
			families := partFamilies()
			if len(args) > 0 {
				i := slices.IndexFunc(families, func(f partFamily) bool { return f.called(args[0]) })
				switch {
				case i < 0 && len(args) > 1:
					return blameUsage(names.Unknown("family", args[0], familyNames()))
				case i < 0:
					return a.describePart(families, args[0], asJSON || asMarkdown)
				}
				families = families[i : i+1]
			}
			if len(args) > 1 {
				return a.describePart(families, args[1], asJSON || asMarkdown)
			}
			switch {
			case asJSON && asMarkdown:
				return &usageError{fmt.Errorf("--json and --markdown exclude each other")}
			case asJSON:
				return writePartsJSON(a.stdout, families)
			case asMarkdown:
				return writePartsMarkdown(a.stdout, families)
			}
			return writeParts(a.stdout, families)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write a JSON object for each part, one a line")
	cmd.Flags().BoolVar(&asMarkdown, "markdown", false, "write tables of Markdown")
	return cmd
}

func familyNames() (list []string) {
	for _, f := range partFamilies() {
		list = append(list, f.name)
	}
	return list
}

// called reports whether somebody means the family: by its name, by that of its flag, of one or of several.
func (f *partFamily) called(name string) bool {
	flag := strings.TrimPrefix(f.flags, "--")
	plural := f.name + "s"
	if strings.HasSuffix(f.name, "s") {
		plural = f.name + "es"
	}
	return name == f.name || name == plural || flag != "" && (name == flag || name == flag+"s")
}

// describePart says what there is to say of a part, in whichever of the families there is one.
func (a *app) describePart(families []partFamily, name string, formatted bool) error {
	var known []string
	var found []string
	what := "family or part"
	if len(families) == 1 {
		what = families[0].name
	}
	for _, f := range families {
		if len(families) > 1 {
			known = append(known, f.name)
		}
		known = append(known, f.Names()...)
		if slices.Contains(f.Names(), name) {
			text, err := f.Describe(name)
			if err != nil {
				return err
			}
			found = append(found, fmt.Sprintf("%s %s", f.name, text))
		}
	}
	switch {
	case found == nil:
		return blameUsage(names.Unknown(what, name, known))
	case formatted:
		return &usageError{fmt.Errorf("--json and --markdown are of families, not of a part")}
	}
	_, err := io.WriteString(a.stdout, strings.Join(found, "\n"))
	return err
}

// writeParts writes tables for people.
func writeParts(w io.Writer, families []partFamily) error {
	for i, f := range families {
		if i > 0 {
			fmt.Fprintln(w)
		}
		heading := f.name
		if f.flags != "" {
			heading += " (" + f.flags + ")"
		}
		if _, err := fmt.Fprintf(w, "%s\n%s", heading, f.Help()); err != nil {
			return err
		}
	}
	return nil
}

// partEvent is a part as JSON.
type partEvent struct {
	Family  string       `json:"family"`
	Name    string       `json:"name"`
	Usage   string       `json:"usage"`
	Help    string       `json:"help"`
	Formula string       `json:"formula,omitempty"`
	Torch   string       `json:"torch,omitempty"`
	Example string       `json:"example"`
	Params  []paramEvent `json:"params,omitempty"`
}

type paramEvent struct {
	Name   string `json:"name"`
	Takes  string `json:"takes"`
	Unless string `json:"unless"`
	Help   string `json:"help"`
}

func writePartsJSON(w io.Writer, families []partFamily) error {
	lines := json.NewEncoder(w)
	lines.SetEscapeHTML(false)
	for _, f := range families {
		for _, d := range f.Descriptions() {
			e := partEvent{f.name, d.Name, d.Usage, d.Help, d.Formula, d.Torch, d.Example, nil}
			for _, p := range d.Params {
				e.Params = append(e.Params, paramEvent{p.Name, p.Want, p.Unless, p.Help})
			}
			if err := lines.Encode(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// writePartsMarkdown writes what docs/parts.md is.
func writePartsMarkdown(w io.Writer, families []partFamily) error {
	var b strings.Builder
	b.WriteString("# Parts\n\nWhat networks and trainings are made of, by the names that `neurona train` and files have for them. `neurona parts NAME` says what the parameters of one are. This page is written by `neurona parts --markdown`.\n")
	cell := func(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
	code := func(text string) string {
		if text == "" {
			return ""
		}
		return "`" + cell(text) + "`"
	}
	for _, f := range families {
		fmt.Fprintf(&b, "\n## %s\n\n", f.name)
		flags := ""
		if f.flags != "" {
			flags = ", `" + f.flags + "`"
		}
		fmt.Fprintf(&b, "Package `%s`%s.\n\n| part | | formula | PyTorch, scikit-learn |\n|---|---|---|---|\n", f.of, flags)
		for _, d := range f.Descriptions() {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", code(d.Usage), cell(d.Help), cell(d.Formula), code(d.Torch))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/lessons"
	"github.com/spf13/cobra"
)

// explainOptions are the flags of neurona explain.
type explainOptions struct {
	topic    string
	language string
	plot     string
	figure   string
	html     string
	book     string
	answers  bool
}

func (a *app) explainCommand() *cobra.Command {
	opts := &explainOptions{}
	cmd := &cobra.Command{
		Use:   "explain [TOPIC]",
		Short: "Show how neural networks work, in short lessons that train real ones",
		Long: `explain shows a lesson: what a neuron is, what it cannot do, what several can
do together, and how they learn it. Each trains real networks and shows what
came of it, in English or in Spanish. Without a topic it lists them, in the
order of the story.

--plot writes a lesson's figures for slides: to FILE if there is one, or if
--figure names one; else a file for each, named after it: hill.png of
--plot circle.png is circle-hill.png.`,
		Example: `  neurona explain
  neurona explain xor
  neurona explain circle --lang es --plot circle.png
  neurona explain backprop --html backprop.html --answers
  neurona explain --book lessons`,
		Args: arguments("[TOPIC]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				opts.topic = args[0]
			}
			return a.explain(cmd.Context(), opts, cmd.Flags().Changed)
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return topicNames(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&opts.language, "lang", localLanguage(), "language: "+strings.Join(lessons.Languages(), ", ")+" (default: by the locale)")
	f.BoolVar(&opts.answers, "answers", false, "show the answers to the exercises")
	f.StringVar(&opts.plot, "plot", "", "file to write figures to, for slides: "+strings.Join(lessons.FigureFormats(), ", "))
	f.StringVar(&opts.figure, "figure", "", "write this figure alone")
	f.StringVar(&opts.html, "html", "", "file to write the lesson to, as a page; - for standard output")
	f.StringVar(&opts.book, "book", "", "folder to write all lessons to, as a small site in all languages")
	complete(cmd, "lang", lessons.Languages())
	_ = cmd.MarkFlagFilename("plot", lessons.FigureFormats()...) // the error would say that there is no such flag
	_ = cmd.MarkFlagFilename("html", "html")
	_ = cmd.MarkFlagDirname("book")
	return cmd
}

func topicNames() []string {
	var list []string
	for _, t := range lessons.Topics() {
		list = append(list, t.Name)
	}
	return list
}

// explain carries out neurona explain.
func (a *app) explain(ctx context.Context, opts *explainOptions, changed func(flag string) bool) error {
	if !slices.Contains(lessons.Languages(), opts.language) {
		return flagError("lang", names.Unknown("language", opts.language, lessons.Languages()))
	}
	if opts.topic == "" {
		return a.explainAll(ctx, opts, changed)
	}
	if changed("book") {
		return &usageError{fmt.Errorf("--book writes all lessons: leave out %s", opts.topic)}
	}
	i := slices.IndexFunc(lessons.Topics(), func(t lessons.Topic) bool { return t.Name == opts.topic })
	if i < 0 {
		return &usageError{names.Unknown("lesson", opts.topic, topicNames())}
	}
	page := destination{flag: "html", path: opts.html}
	if err := page.find(changed("html")); err != nil {
		return err
	}
	plots, err := opts.plots(lessons.Topics()[i], changed)
	if err != nil {
		return err
	}
	to := []*destination{&page}
	for _, p := range plots {
		to = append(to, &p.destination)
	}
	writes := opts.plot != "" || opts.html != ""
	if opts.answers && opts.html == "" && writes {
		return &usageError{errors.New("--answers is of texts and pages: figures have none")}
	}
	if err := a.checkApart(!writes, nil, to...); err != nil {
		return err
	}
	lesson, err := lessons.Make(ctx, opts.topic)
	if ctx.Err() != nil {
		return &interruptedError{When: "while training for the lesson"}
	}
	if err != nil {
		return err
	}
	if page.given() {
		if err := page.write(a, func(w io.Writer) error { return lesson.WriteHTML(w, opts.language, opts.answers) }); err != nil {
			return err
		}
		if !page.isStandard(a.stdout) {
			a.say("wrote %s", page.path)
		}
	}
	for _, p := range plots {
		if !slices.Contains(lesson.Figures(), p.figure) {
			if opts.figure != "" {
				return fmt.Errorf("--figure %s: there is nothing that it would show this time", p.figure)
			}
			a.say("there is no figure %s this time", p.figure)
			continue
		}
		if err := p.write(a, func(w io.Writer) error { return lesson.WriteFigure(w, opts.language, p.figure, plotFormat(p.path)) }); err != nil {
			return err
		}
		a.say("wrote %s", p.path)
	}
	if writes {
		return nil
	}
	return a.showLesson(lesson, opts)
}

// showLesson writes a lesson to standard output.
func (a *app) showLesson(lesson *lessons.Lesson, opts *explainOptions) error {
	if err := lesson.WriteText(a.stdout.raw(), opts.language, a.lessonTerminal(opts.answers)); err != nil {
		return err
	}
	if lesson.Answers() > 0 && !opts.answers {
		hint := "Answers: neurona explain %s --answers"
		if opts.language == lessons.Spanish {
			hint = "Respuestas: neurona explain %s --answers"
		}
		if opts.language != localLanguage() {
			hint += " --lang " + opts.language
		}
		_, err := fmt.Fprintf(a.stdout, "\n"+hint+"\n", opts.topic)
		return err
	}
	return nil
}

// lessonTerminal is what standard output can show of a lesson.
func (a *app) lessonTerminal(answers bool) lessons.Terminal {
	t := a.stdout.terminal
	colours := map[colourMode]lessons.Colours{noColour: lessons.NoColours, colours256: lessons.Colours256, trueColour: lessons.TrueColour}[t.colours]
	return lessons.Terminal{Width: t.width, Unicode: t.unicode, Colours: colours, Answers: answers}
}

// explainAll lists the lessons, or writes the book of them.
func (a *app) explainAll(ctx context.Context, opts *explainOptions, changed func(flag string) bool) error {
	for _, flag := range []string{"plot", "figure", "html", "answers"} {
		if changed(flag) {
			return &usageError{fmt.Errorf("--%s is of one lesson: want one of %s", flag, strings.Join(topicNames(), ", "))}
		}
	}
	if changed("book") {
		if opts.book == "" || opts.book == standard {
			return badFlag("book", fmt.Sprintf("%q", opts.book), "the name of a folder")
		}
		if changed("lang") {
			return &usageError{errors.New("--book is in all languages: leave out --lang")}
		}
		if err := lessons.WriteBook(ctx, opts.book); err != nil {
			if ctx.Err() != nil {
				return &interruptedError{When: "while training for the book"}
			}
			return fmt.Errorf("--book: %w", err)
		}
		a.say("wrote %s", filepath.Join(opts.book, "index.html"))
		return nil
	}
	return lessons.WriteList(a.stdout.raw(), opts.language, a.lessonTerminal(false))
}

// lessonPlot is where a figure goes.
type lessonPlot struct {
	destination
	figure string
}

// plots are the figures to write, and where.
func (o *explainOptions) plots(t lessons.Topic, changed func(flag string) bool) ([]*lessonPlot, error) {
	if o.plot == "" {
		switch {
		case changed("plot"):
			return nil, badFlag("plot", `""`, "the name of a file")
		case changed("figure"):
			return nil, &usageError{fmt.Errorf("--figure goes with --plot")}
		}
		return nil, nil
	}
	if format := plotFormat(o.plot); !slices.Contains(lessons.FigureFormats(), format) {
		return nil, badFlag("plot", o.plot, "a file whose name ends in ."+strings.Join(lessons.FigureFormats(), " or ."))
	}
	if name := filepath.Base(o.plot); name == filepath.Ext(name) {
		return nil, badFlag("plot", o.plot, "a file with a name before its ending")
	}
	figures := t.Figures()
	if changed("figure") {
		if !slices.Contains(figures, o.figure) {
			return nil, flagError("figure", names.Unknown("figure", o.figure, figures))
		}
		figures = []string{o.figure}
	}
	var list []*lessonPlot
	for _, name := range figures {
		path := o.plot
		if len(figures) > 1 {
			ending := filepath.Ext(path)
			path = strings.TrimSuffix(path, ending) + "-" + name + ending
		}
		p := &lessonPlot{destination{flag: "plot", path: path}, name}
		if err := p.find(true); err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

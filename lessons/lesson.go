package lessons

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/neurona-ml/neurona/internal/figure"
	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/internal/page"
)

// Lesson is a lesson whose networks have been trained: it is shown in either language, in a terminal, as a page, as figures. Its
// methods may be called from several goroutines.
type Lesson struct {
	Topic Topic

	shown map[string]*shown // by language
}

// shown is a lesson in a language.
type shown struct {
	document *page.Document
	figures  []*figure.Figure
}

// Make trains what a lesson is about, which takes from a millisecond to a second.
func Make(ctx context.Context, topic string) (*Lesson, error) {
	var known []string
	for _, t := range Topics() {
		if t.Name == topic {
			return t.make(ctx)
		}
		known = append(known, t.Name)
	}
	return nil, names.Unknown("lesson", topic, known)
}

func (t Topic) make(ctx context.Context) (*Lesson, error) {
	facts := t.story()
	if err := facts.compute(ctx); err != nil {
		return nil, fmt.Errorf("lesson %s: %w", t.Name, err)
	}
	l := &Lesson{Topic: t, shown: map[string]*shown{}}
	for _, language := range Languages() {
		source, err := fill(t.Name, language, facts)
		if err != nil {
			return nil, err
		}
		document, err := page.Parse(source)
		if err != nil {
			return nil, fmt.Errorf("lesson %s, %s: %w", t.Name, language, err)
		}
		l.shown[language] = &shown{document, facts.figures(tongue(language))}
	}
	return l, nil
}

// in is the lesson in a language.
func (l *Lesson) in(language string) (*shown, page.Labels, error) {
	labels, err := page.LabelsIn(language)
	if err != nil {
		return nil, labels, err
	}
	s := l.shown[language]
	if s == nil {
		return nil, labels, errors.New("lessons: a lesson that Make has not made")
	}
	return s, labels, nil
}

// Figures are the names of its figures, in the order in which it shows them. One of something that has not happened this time,
// such as a start that fails, is not among them.
func (l *Lesson) Figures() []string {
	if s := l.shown[English]; s != nil {
		return slices.Clone(s.document.Figures())
	}
	return nil
}

// Answers is how many answers it has, which are shown if asked for.
func (l *Lesson) Answers() int {
	if s := l.shown[English]; s != nil {
		return s.document.Answers()
	}
	return 0
}

// find is the figure of that name.
func (s *shown) find(name string) (*figure.Figure, error) {
	var known []string
	for _, f := range s.figures {
		if f.Name == name {
			return f, nil
		}
		known = append(known, f.Name)
	}
	return nil, names.Unknown("figure", name, known)
}

// FigureFormats are the formats that figures can have: by the ending of a file's name.
func FigureFormats() []string { return []string{"png", "svg"} }

// slideWidth is how wide a figure for a slide is, in pixels.
const slideWidth = 640 * figure.SlideScale

// WriteFigure writes a figure for a slide.
func (l *Lesson) WriteFigure(w io.Writer, language, name, format string) error {
	s, _, err := l.in(language)
	if err != nil {
		return err
	}
	f, err := s.find(name)
	if err != nil {
		return err
	}
	switch format {
	case "png":
		return f.WritePNG(w, slideWidth/f.Width)
	case "svg":
		return f.WriteSVG(w, figure.Light())
	}
	return names.Unknown("format", format, FigureFormats())
}

// Colours is how many colours a terminal has.
type Colours int

// Terminals have none, xterm's 256, or all.
const (
	NoColours Colours = iota
	Colours256
	TrueColour
)

// Terminal says what the reader's terminal can show.
type Terminal struct {
	Width   int  // in columns: from 40 to 120, 0 is 80
	Unicode bool // or ASCII alone
	Colours Colours
	Answers bool // to the exercises
}

// figureColumns is how wide figures are in a terminal at most: much wider, and they would not fit on a screen.
const figureColumns = 72

// WriteText writes the lesson for a terminal.
func (l *Lesson) WriteText(w io.Writer, language string, t Terminal) error {
	s, labels, err := l.in(language)
	if err != nil {
		return err
	}
	return s.document.WriteText(w, page.Terminal{
		Labels: labels, Width: t.Width, Unicode: t.Unicode, Colours: t.Colours != NoColours, Answers: t.Answers,
		Figure: func(name string, width int) (string, error) {
			f, err := s.find(name)
			if err != nil {
				return "", err
			}
			return f.Text(min(width, figureColumns), 0, figure.TextOptions{Unicode: t.Unicode, Colours: figure.Colours(t.Colours)})
		},
		Link: func(destination string) string {
			if topic, ok := linked(destination); ok {
				return "neurona explain " + topic
			}
			return destination
		},
	})
}

package lessons

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/neurona-ml/neurona/internal/figure"
)

// story is what a lesson is about: what it computes, which its texts are templates over, and its figures.
type story interface {
	compute(context.Context) error
	figures(tongue) []*figure.Figure
}

// Topic is what a lesson is about.
type Topic struct {
	Name string // by which it is asked for: "xor"

	about [2]string // in a sentence, in English and Spanish
	story func() story
}

// Topics are all lessons, in the order of the story.
func Topics() []Topic {
	return []Topic{
		{"neuron", [2]string{"a neuron is a function: a weighted sum, a bias, and a bend.",
			"una neurona es una función: una suma ponderada, con su sesgo, y un doblez."},
			func() story { return &neuronFacts{} }},
		{"regression", [2]string{"without the bend it is the least-squares line, and going downhill finds it.",
			"sin el doblez es la recta de mínimos cuadrados, y se encuentra yendo cuesta abajo."},
			func() story { return &regressionFacts{} }},
		{"gates", [2]string{"AND and OR are one line each; watch it move, and see it learnt.",
			"AND y OR son una recta cada una; mira cómo se mueve y cómo se aprende a trazarla."},
			func() story { return &gatesFacts{} }},
		{"xor", [2]string{"no line does it, which four inequalities prove; three neurons do.",
			"ninguna recta puede con XOR, como demuestran cuatro desigualdades; tres neuronas, sí."},
			func() story { return &xorFacts{} }},
		{"network", [2]string{"neurons make layers, layers a network, and each works on what the one before found.",
			"las neuronas forman capas y las capas, una red; cada capa trabaja con lo que encontró la anterior."},
			func() story { return &networkFacts{} }},
		{"linear", [2]string{"layers without bends collapse: ten are as good as one.",
			"las capas sin dobleces colapsan: diez valen lo que una."},
			func() story { return &linearFacts{} }},
		{"activations", [2]string{"step, sigmoid, tanh and ReLU: how they bend, and why a sigmoid is a probability.",
			"escalón, sigmoide, tanh y ReLU: cómo doblan, y por qué una sigmoide se lee como una probabilidad."},
			func() story { return &activationsFacts{} }},
		{"circle", [2]string{"four half-planes add up to a hill, and the cut through it is a circle.",
			"cuatro semiplanos suman una colina, y su corte es casi un círculo."},
			func() story { return &circleFacts{} }},
		{"descent", [2]string{"the cost is a landscape; too short steps, right ones, and too long ones.",
			"el coste es un paisaje que se baja a pasos: demasiado cortos, adecuados y demasiado largos."},
			func() story { return &descentFacts{} }},
		{"backprop", [2]string{"the chain rule hands the error back, layer by layer, with every number.",
			"la regla de la cadena devuelve el error, capa a capa, con todos los números."},
			func() story { return &backpropFacts{} }},
	}
}

// About says in a sentence what a lesson is about, in English if the language is none of [Languages].
func (t Topic) About(language string) string { return tongue(language).say(t.about[0], t.about[1]) }

// text is the source of the topic's text in a language, in English if that is none of [Languages].
func (t Topic) text(language string) string {
	if !slices.Contains(Languages(), language) {
		language = English
	}
	source, err := texts.ReadFile("text/" + t.Name + "." + language + ".md")
	if err != nil {
		return ""
	}
	return string(source)
}

// Title is what the lesson is called in a language, in English if that is none of [Languages].
func (t Topic) Title(language string) string {
	title, _, _ := strings.Cut(t.text(language), "\n")
	return strings.TrimPrefix(title, "# ")
}

// Figures are the names of all figures that the lesson may have, in the order in which it shows them.
func (t Topic) Figures() []string {
	var list []string
	for _, m := range regexp.MustCompile(`\(figure:([a-z0-9-]+)\)`).FindAllStringSubmatch(t.text(English), -1) {
		if !slices.Contains(list, m[1]) {
			list = append(list, m[1])
		}
	}
	return list
}

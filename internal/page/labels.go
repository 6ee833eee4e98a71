package page

import "github.com/neurona-ml/neurona/internal/names"

// Labels are the words that a page puts itself, in one language.
type Labels struct {
	Lang string // of the language, as HTML writes it: en
	Name string // of the language, in it

	Predict  string // a question before seeing
	Exercise string // a number follows
	Answer   string // a number may follow
	Teacher  string // a teacher's note
	Note     string

	Figure  string // a number follows
	Table   string
	Code    string
	Output  string // what a program prints
	Formula string

	Contents string // of the book
	Previous string // page
	Next     string // page
	Skip     string // the link to the content
	Pages    string // the links to other pages
}

func allLabels() []Labels {
	return []Labels{
		{
			Lang: "en", Name: "English",
			Predict: "Predict first", Exercise: "Exercise", Answer: "Answer", Teacher: "For the teacher", Note: "Note",
			Figure: "Figure", Table: "Table", Code: "Code", Output: "Output", Formula: "Formula",
			Contents: "Contents", Previous: "Previous", Next: "Next", Skip: "Skip to content", Pages: "Pages",
		},
		{
			Lang: "es", Name: "Español",
			Predict: "Haz tu predicción", Exercise: "Ejercicio", Answer: "Respuesta", Teacher: "Para docentes", Note: "Nota",
			Figure: "Figura", Table: "Tabla", Code: "Código", Output: "Salida", Formula: "Fórmula",
			Contents: "Índice", Previous: "Anterior", Next: "Siguiente", Skip: "Ir al contenido", Pages: "Páginas",
		},
	}
}

// Languages are the languages that there are labels in.
func Languages() []string {
	var list []string
	for _, l := range allLabels() {
		list = append(list, l.Lang)
	}
	return list
}

// LabelsIn returns the labels in a language.
func LabelsIn(language string) (Labels, error) {
	for _, l := range allLabels() {
		if l.Lang == language {
			return l, nil
		}
	}
	return Labels{}, names.Unknown("language", language, Languages())
}

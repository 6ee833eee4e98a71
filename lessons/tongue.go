package lessons

// Languages that lessons are written in.
const (
	English = "en"
	Spanish = "es"
)

// Languages are the languages, by their ISO 639-1 codes.
func Languages() []string { return []string{English, Spanish} }

// tongue is a language in which something is said.
type tongue string

// say picks a text by language.
func (t tongue) say(english, spanish string) string {
	if t == Spanish {
		return spanish
	}
	return english
}

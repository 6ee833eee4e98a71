package catalog

import "fmt"

// Verify makes the example of every part, for tests of families and of parts of
// one's own. If parts have a String, what it returns must be canonical, and be a
// spelling of a part that returns the same.
func (c Catalog[P]) Verify() error {
	if c.err != nil {
		return c.err
	}
	for _, part := range c.parts {
		if detail := c.verify(part); detail != "" {
			return &PartError{c.Family(), part.Name, detail}
		}
	}
	return nil
}

func (c Catalog[P]) verify(part Part[P]) string {
	if part.Help == "" {
		return "it has no help"
	}
	p, err := c.Parse(part.example())
	if err != nil {
		return "its example: " + err.Error()
	}
	s, ok := any(p).(fmt.Stringer)
	if !ok {
		return ""
	}
	text := s.String()
	spec, err := Parse(text)
	if err != nil {
		return fmt.Sprintf("its String is %s: %v", quoted(text), err)
	}
	if spec.String() != text {
		return fmt.Sprintf("its String is %s, the canonical spelling is %s", quoted(text), quoted(spec.String()))
	}
	again, err := c.Build(spec)
	if err != nil {
		return fmt.Sprintf("its String is %s: %v", quoted(text), err)
	}
	if s, _ := any(again).(fmt.Stringer); s == nil || s.String() != text {
		return fmt.Sprintf("its String is %s, and another one after parsing", quoted(text))
	}
	return ""
}

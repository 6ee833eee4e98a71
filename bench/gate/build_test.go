package main

import "testing"

// TestWorkspacesTakeNoPart: a tree builds to the same bytes whether it has a
// go.work or not, and whatever one it has.
func TestWorkspacesTakeNoPart(t *testing.T) {
	t.Parallel()
	dir := fakeModule(t)
	alone := buildTree(t, dir, "alone")
	for label, text := range map[string]string{
		"workspace": "go 1.26\n\nuse (\n\t.\n\t./tool\n)\n",
		"stranger":  "go 1.26\n\nuse ./tool\n", // the suite's module is not in it
		"broken":    "go 1.26\n\nuse ./none\n",
	} {
		write(t, dir, "tool/go.mod", "module example.com/fake/tool\n\ngo 1.26\n")
		write(t, dir, "tool/main.go", "package main\n\nfunc main() {}\n")
		write(t, dir, "go.work", text)
		if s := buildTree(t, dir, label); !s.sameBytes(alone) {
			t.Errorf("with the go.work of a %s the bytes are %s, without %s", label, s.hash, alone.hash)
		}
	}
}

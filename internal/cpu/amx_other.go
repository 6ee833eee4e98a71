//go:build !linux || !amd64 || purego

package cpu

func missingTiles() string {
	return "tiles are used on linux/amd64 only, and not with the build tag purego"
}

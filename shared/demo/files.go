package demo

import (
	"context"
	"embed"
	"strings"
)

//go:embed files/*.png
var files embed.FS

// filesAt is where the files of the demo's playbook seem to stand. Nobody can own a name under
// .example, so the addresses lead nowhere but here.
const filesAt = "https://cloudleaf.example/files/"

// File returns a file of the demo's playbook by its address.
func File(address string) ([]byte, bool) {
	name, ours := strings.CutPrefix(address, filesAt)
	if !ours || name == "" || strings.Contains(name, "/") {
		return nil, false
	}
	data, err := files.ReadFile("files/" + name)
	return data, err == nil
}

// Fetch is a way to fetch files: those of the demo need no network, others come as before. It
// is for the sandbox alone.
func Fetch(others func(context.Context, string, int64) ([]byte, error)) func(context.Context, string, int64) ([]byte, error) {
	return func(ctx context.Context, address string, most int64) ([]byte, error) {
		if data, ours := File(address); ours && int64(len(data)) <= most {
			return data, nil
		}
		return others(ctx, address, most)
	}
}

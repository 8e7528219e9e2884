package channel

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
	"strings"
)

// The bounds of a file or secret.
const (
	maxSize     = 4 << 20 // bytes
	maxChannels = 5_000
	// maxFaults is how many faults are listed; settings with more are something else.
	maxFaults = 100
)

// arnPattern takes every AWS partition (aws, aws-cn, aws-us-gov).
var arnPattern = regexp.MustCompile(`^arn:aws[a-z-]*:secretsmanager:`)

// Load reads and checks the channels. value is what FRONTDESK_CHANNELS holds;
// fetch gets a secret's text by ARN and may be nil where there is no AWS. What is
// wrong with the content comes back as [Faults], all of it at once.
func Load(ctx context.Context, value string, fetch func(ctx context.Context, arn string) (string, error)) ([]Channel, error) {
	value = strings.TrimSpace(value)
	switch path, isFile := strings.CutPrefix(value, "file:"); {
	case value == "":
		return nil, Faults{{Problem: "is empty", Fix: "set it to JSON, file:PATH or the ARN of a secret"}}
	case isFile:
		return loadFile(path)
	case arnPattern.MatchString(value):
		return loadSecret(ctx, value, fetch)
	}
	return Parse([]byte(value))
}

func loadFile(path string) ([]Channel, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open the channels file: %w", err)
	}
	defer f.Close()
	if err := checkOwnerOnly(f, path); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read the channels file: %w", err)
	}
	return Parse(data)
}

// checkOwnerOnly refuses a file with credentials that group or others can touch.
// Windows has no such permission bits.
func checkOwnerOnly(f *os.File, path string) error {
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("inspect the channels file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("channels file %s is not a regular file", path)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("channels file %s is open to others (mode %04o) and holds credentials; run: chmod 600 %s",
			path, info.Mode().Perm(), path)
	}
	return nil
}

func loadSecret(ctx context.Context, arn string, fetch func(context.Context, string) (string, error)) ([]Channel, error) {
	if fetch == nil {
		return nil, errors.New("FRONTDESK_CHANNELS names a Secrets Manager secret, but this program has no AWS access; use JSON or file:PATH")
	}
	text, err := fetch(ctx, arn)
	if err != nil {
		return nil, fmt.Errorf("get the channels from %s: %w", arn, err)
	}
	return Parse([]byte(text))
}

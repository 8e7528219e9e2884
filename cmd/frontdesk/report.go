package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
)

// reportCommand prints the figures of a week.
func reportCommand(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) error {
	f := newFlags("report", "frontdesk report WEEK [--lang zh-CN] [--json]\nprints the figures of an ISO week like 2026-W47, as the weekly mail tells them")
	asJSON := f.Bool("json", false, "every figure, as JSON")
	lang := f.String("lang", "en", "en or zh-CN")
	words, err := f.parse(args, stderr)
	if err != nil {
		return err
	}
	if len(words) != 1 {
		return f.wrongUse()
	}
	c, err := newClient(env)
	if err != nil {
		return err
	}
	path := "/v1/reports/weeks/" + url.PathEscape(words[0])
	if !*asJSON {
		path += "/mail?" + url.Values{"format": {"text"}, "language": {*lang}}.Encode()
	}
	var answer []byte
	if _, err := c.do(ctx, ask{method: "GET", path: path}, &answer); err != nil {
		return err
	}
	if *asJSON {
		var pretty bytes.Buffer
		if err := json.Indent(&pretty, bytes.TrimSpace(answer), "", "  "); err != nil {
			return fmt.Errorf("the desk's answer cannot be read: %w", err)
		}
		answer = pretty.Bytes()
	}
	fmt.Fprintln(stdout, string(bytes.TrimSpace(answer)))
	return nil
}

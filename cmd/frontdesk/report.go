package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
)

// reportCommand prints the figures of a week.
func reportCommand(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) error {
	f := newFlags("report", "frontdesk report WEEK [--lang zh-CN] [--json]\n       frontdesk report today | MONTH | DAY [LAST-DAY] [--json]\nprints the figures of an ISO week like 2026-W47, as the weekly mail tells them, or those of other days: today, 2026-11, 2026-11-01 2026-11-22")
	asJSON := f.Bool("json", false, "every figure, as JSON")
	lang := f.String("lang", "en", "en or zh-CN")
	words, err := f.parse(args, stderr)
	if err != nil {
		return err
	}
	if len(words) < 1 || len(words) > 2 {
		return f.wrongUse()
	}
	c, err := newClient(env)
	if err != nil {
		return err
	}
	path := "/v1/reports/weeks/" + url.PathEscape(words[0])
	switch days := daysOf(words); {
	case days != nil && !*asJSON:
		return printPeriod(ctx, c, days, stdout)
	case days != nil:
		path = "/v1/reports/figures?" + days.Encode()
	case !*asJSON:
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

// daysOf is what is asked for when it is no week; nil for a week.
func daysOf(words []string) url.Values {
	if len(words) == 2 {
		return url.Values{"from": {words[0]}, "to": {words[1]}}
	}
	if strings.Contains(words[0], "W") {
		return nil
	}
	return url.Values{"period": {words[0]}}
}

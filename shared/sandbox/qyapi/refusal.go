package qyapi

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// refusal is why a call is answered with an errcode.
type refusal struct {
	code   int
	reason string
}

func refuse(code int, format string, args ...any) *refusal {
	return &refusal{code, fmt.Sprintf(format, args...)}
}

// first returns the first refusal.
func first(all ...*refusal) *refusal {
	for _, r := range all {
		if r != nil {
			return r
		}
	}
	return nil
}

// need refuses an empty parameter.
func need(code int, name, value string) *refusal {
	if value == "" {
		return refuse(code, "%s is empty", name)
	}
	return nil
}

// within refuses more bytes than allowed.
func within(code int, name, value string, size int) *refusal {
	if len(value) > size {
		return refuse(code, "%s is longer than %d bytes", name, size)
	}
	return nil
}

// answer is the body of a success beside errcode and errmsg.
type answer map[string]any

// write answers in WeCom's way: HTTP 200 whatever the errcode.
func write(w http.ResponseWriter, code int, msg string, a answer) {
	b, err := encode(code, msg, a)
	if err != nil {
		http.Error(w, "the answer cannot be encoded", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	_, _ = w.Write(b) // a client that has gone needs no answer
}

func encode(code int, msg string, a answer) ([]byte, error) {
	all := map[string]any{"errcode": code, "errmsg": msg}
	for k, v := range a {
		all[k] = v
	}
	return json.Marshal(all)
}

// message is an errmsg as WeCom writes them, with the caller's address in it.
func (r *refusal) message(hint int64, from string) string {
	return fmt.Sprintf("%s, hint: [%d], from ip: %s, more info at https://open.work.weixin.qq.com/devtool/query?e=%d", r.reason, hint, from, r.code)
}

package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// refusal is why a request was not accepted.
type refusal struct {
	code    int
	details string
}

func refuse(code int, format string, args ...any) *refusal {
	return &refusal{code: code, details: fmt.Sprintf(format, args...)}
}

// titleAndStatus gives the documented title and HTTP status of a code (Meta,
// error-codes page, 2025-12-12). Codes that the sandbox never returns by itself
// are here for [Fault].
func titleAndStatus(code int) (string, int) {
	switch code {
	case 0:
		return "AuthException", http.StatusUnauthorized
	case 190:
		return "Access token has expired", http.StatusUnauthorized
	case 10:
		return "Permission Denied", http.StatusForbidden
	case 131005:
		return "Access denied", http.StatusForbidden
	case 368:
		return "Temporarily blocked for policies violations", http.StatusForbidden
	case 130497:
		return "Business account is restricted from messaging users in this country", http.StatusForbidden
	case 131031:
		return "Account has been locked", http.StatusForbidden
	case 132001:
		return "Template does not exist", http.StatusNotFound
	}
	if title, ok := serverTitle(code); ok {
		return title, http.StatusInternalServerError
	}
	if code == 2 || code == 133004 {
		return "Service temporarily unavailable", http.StatusServiceUnavailable
	}
	return requestTitle(code), http.StatusBadRequest
}

func serverTitle(code int) (string, bool) {
	switch code {
	case 3:
		return "API Method", true
	case 131000:
		return "Something went wrong", true
	case 131016:
		return "Service unavailable", true
	case 131045:
		return "Incorrect certificate", true
	case 131057:
		return "Account in maintenance mode", true
	}
	return "", false
}

func requestTitle(code int) string {
	switch code {
	case 4:
		return "Application request limit reached"
	case 33:
		return "Parameter value is not valid"
	case 100:
		return "Invalid parameter"
	case 80007:
		return "Rate limit issues"
	case 130429:
		return "Rate limit hit"
	case 130472:
		return "User's number is part of an experiment"
	case 131008:
		return "Required parameter is missing"
	case 131009:
		return "Parameter value is not valid"
	case 131021:
		return "Recipient cannot be sender"
	case 131026:
		return "Message undeliverable"
	case 131041:
		return "Unknown group"
	case 131042:
		return "Business eligibility payment issue"
	case 131047:
		return "Re-engagement message"
	case 131048:
		return "Spam rate limit hit"
	case 131049:
		return "Meta chose not to deliver"
	case 131050:
		return "Unable to deliver the message. This recipient has chosen to stop receiving marketing messages on WhatsApp from your business"
	case 131051:
		return "Unsupported message type"
	case 131053:
		return "Media upload error"
	case 131056:
		return "(Business Account, Consumer Account) pair rate limit hit"
	case 131062:
		return "Business-scoped user ids are not supported for this message"
	}
	return templateTitle(code)
}

func templateTitle(code int) string {
	switch code {
	case 132000:
		return "Template Param Count Mismatch"
	case 132005:
		return "Template Hydrated Text Too Long"
	case 132007:
		return "Template Format Character Policy Violated"
	case 132012:
		return "Template Parameter Format Mismatch"
	case 132015:
		return "Template is Paused"
	case 132016:
		return "Template is Disabled"
	case 133010:
		return "Phone number not registered"
	case 135000:
		return "Generic user error"
	}
	return "Error"
}

// writeError answers with the documented error body (Meta, error-codes page,
// "error response syntax").
func writeError(w http.ResponseWriter, r *refusal, trace string) {
	title, status := titleAndStatus(r.code)
	type data struct {
		Product string `json:"messaging_product"`
		Details string `json:"details"`
	}
	type body struct {
		Message string `json:"message"`
		Type    string `json:"type"`
		Code    int    `json:"code"`
		Data    data   `json:"error_data"`
		Trace   string `json:"fbtrace_id"`
	}
	writeJSON(w, status, map[string]body{"error": {
		Message: "(#" + strconv.Itoa(r.code) + ") " + title, Type: "OAuthException", Code: r.code,
		Data: data{"whatsapp", r.details}, Trace: trace,
	}})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		http.Error(w, "encoding the answer", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(status)
	_, _ = w.Write(b) // a client that is gone needs no answer
}

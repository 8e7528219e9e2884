// Package config reads the environment variables that docs/config.md lists. All
// faults are found at once, each with the variable's name and what to do.
package config

import (
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Config is the environment, read and checked.
type Config struct {
	// Port and Host are where serve listens. Host is a loopback address whenever
	// the sandbox or the demo data is on.
	Port int
	Host string
	// Data is the folder of the embedded store.
	Data string
	// Demo fills an empty store with demo data. Sandbox plays the channels.
	Demo, Sandbox bool
	// Channels is the value of FRONTDESK_CHANNELS: JSON, file:PATH or an ARN.
	Channels string
	// Zone is the company's time zone, for days and weeks.
	Zone *time.Location
	// Keep is how long personal data is kept.
	Keep time.Duration

	MailFrom string
	SMTPURL  string
	SESSet   string // SES configuration set
	// PublicURL is where people outside reach this desk, without a slash at its end; empty when
	// they do not.
	PublicURL string

	OIDCIssuer, OIDCAudience string
	// OIDCRequireMFA refuses sign-ins that do not show a second factor; OIDCStrongACR are
	// values of acr or acrs that show one.
	OIDCRequireMFA bool
	OIDCStrongACR  []string

	// Desks is how many desk functions work side by side; 1 on one machine.
	Desks int

	Table             string
	InboxQueue        string
	ReceiptsQueue     string
	InboxDeadQueue    string
	ReceiptsDeadQueue string
}

// Defaults.
const (
	defaultPort = 8080
	defaultData = "./data"
	defaultZone = "Asia/Shanghai"
	defaultKeep = 365
	defaultFrom = "Frontdesk <frontdesk@localhost>"
)

// Read reads the configuration through getenv (os.Getenv).
func Read(getenv func(string) string) (Config, error) {
	r := reader{getenv: getenv}
	c := Config{
		Port:              r.number("PORT", defaultPort, 0, 65535),
		Data:              r.text("FRONTDESK_DATA", defaultData),
		Channels:          getenv("FRONTDESK_CHANNELS"),
		Zone:              r.zone("FRONTDESK_TIMEZONE"),
		Keep:              time.Duration(r.number("FRONTDESK_KEEP_DAYS", defaultKeep, 8, 3650)) * 24 * time.Hour,
		MailFrom:          r.address("FRONTDESK_MAIL_FROM", defaultFrom),
		SMTPURL:           r.smtp("FRONTDESK_SMTP_URL"),
		SESSet:            getenv("FRONTDESK_SES_CONFIGURATION_SET"),
		PublicURL:         r.public("FRONTDESK_PUBLIC_URL"),
		OIDCIssuer:        getenv("FRONTDESK_OIDC_ISSUER"),
		OIDCAudience:      getenv("FRONTDESK_OIDC_AUDIENCE"),
		OIDCRequireMFA:    r.onOff("FRONTDESK_OIDC_REQUIRE_MFA", true),
		OIDCStrongACR:     strings.Fields(strings.ReplaceAll(getenv("FRONTDESK_OIDC_MFA_ACR"), ",", " ")),
		Desks:             r.number("FRONTDESK_DESKS", 1, 1, 1000),
		Table:             getenv("FRONTDESK_TABLE"),
		InboxQueue:        getenv("FRONTDESK_INBOX_QUEUE_URL"),
		ReceiptsQueue:     getenv("FRONTDESK_RECEIPTS_QUEUE_URL"),
		InboxDeadQueue:    getenv("FRONTDESK_INBOX_DEAD_QUEUE_URL"),
		ReceiptsDeadQueue: getenv("FRONTDESK_RECEIPTS_DEAD_QUEUE_URL"),
	}
	c.Demo = r.onOff("FRONTDESK_DEMO", c.Channels == "")
	c.Sandbox = c.Demo && c.Channels == ""
	c.Host = r.text("FRONTDESK_HOST", "")
	if c.Demo || c.Sandbox {
		c.Host = "127.0.0.1"
	}
	if (c.OIDCIssuer == "") != (c.OIDCAudience == "") {
		r.fault("FRONTDESK_OIDC_ISSUER and FRONTDESK_OIDC_AUDIENCE go together: set both or neither")
	}
	return c, errors.Join(r.faults...)
}

// Need returns an error that names the variables in names that are empty.
func (c Config) Need(names ...string) error {
	values := map[string]string{
		"FRONTDESK_TABLE": c.Table, "FRONTDESK_CHANNELS": c.Channels,
		"FRONTDESK_INBOX_QUEUE_URL": c.InboxQueue, "FRONTDESK_RECEIPTS_QUEUE_URL": c.ReceiptsQueue,
		"FRONTDESK_INBOX_DEAD_QUEUE_URL": c.InboxDeadQueue, "FRONTDESK_RECEIPTS_DEAD_QUEUE_URL": c.ReceiptsDeadQueue,
	}
	var faults []error
	for _, name := range names {
		if values[name] == "" {
			faults = append(faults, fmt.Errorf("%s is not set; template.yaml sets it for each function", name))
		}
	}
	return errors.Join(faults...)
}

type reader struct {
	getenv func(string) string
	faults []error
}

func (r *reader) fault(format string, args ...any) {
	r.faults = append(r.faults, fmt.Errorf(format, args...))
}

func (r *reader) text(name, otherwise string) string {
	if v := r.getenv(name); v != "" {
		return v
	}
	return otherwise
}

func (r *reader) number(name string, otherwise, low, high int) int {
	v := r.getenv(name)
	if v == "" {
		return otherwise
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < low || n > high {
		r.fault("%s must be a whole number from %d to %d", name, low, high)
		return otherwise
	}
	return n
}

func (r *reader) onOff(name string, otherwise bool) bool {
	switch r.getenv(name) {
	case "":
		return otherwise
	case "on":
		return true
	case "off":
		return false
	}
	r.fault("%s must be on or off", name)
	return otherwise
}

func (r *reader) zone(name string) *time.Location {
	zone, err := time.LoadLocation(r.text(name, defaultZone))
	if err != nil {
		r.fault("%s must be an IANA time zone like Asia/Shanghai or Europe/Berlin", name)
		return time.UTC
	}
	return zone
}

func (r *reader) address(name, otherwise string) string {
	v := r.text(name, otherwise)
	if _, err := mail.ParseAddress(v); err != nil {
		r.fault("%s must be a mail address like Frontdesk <desk@example.com>", name)
	}
	return v
}

func (r *reader) smtp(name string) string {
	v := r.getenv(name)
	if v == "" {
		return ""
	}
	u, err := url.Parse(v)
	if err != nil || (u.Scheme != "smtp" && u.Scheme != "smtps") || u.Hostname() == "" {
		r.fault("%s must look like smtp://user:password@host:587 or smtps://host:465", name)
	}
	return v
}

// public is an address that people reach from outside, without a slash at its end.
func (r *reader) public(name string) string {
	v := strings.TrimSuffix(r.getenv(name), "/")
	if v == "" {
		return ""
	}
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		r.fault("%s must look like https://desk.example.com", name)
	}
	return v
}

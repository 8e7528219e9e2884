package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"frontdesk/shared/access"
)

// maxDays is how long a token may live at most.
const maxDays = 366

// tokenCommand prints a token for the admin API of this machine.
func tokenCommand(_ context.Context, args []string, env func(string) string, stdout, stderr io.Writer) error {
	f := newFlags("token", "frontdesk token --role ROLE [--team TEAM]... [--name NAME] [--days N]\nprints a token for the admin API of this machine")
	role := f.String("role", "", strings.Join(access.Roles(), ", ")+", or the id of a role of your own")
	var teams []string
	f.Func("team", "a team of the playbook whose conversations it is for; once for each (role agent)", func(id string) error {
		teams = append(teams, strings.Split(id, ",")...)
		return nil
	})
	name := f.String("name", "", "who it is for, as the audit shows it (default: the role)")
	days := f.Int("days", 30, "for how many days it is valid")
	words, err := f.parse(args, stderr)
	switch {
	case err != nil:
		return err
	case len(words) > 0 || *role == "":
		return f.wrongUse()
	case *days < 1 || *days > maxDays:
		return fmt.Errorf("--days must be from 1 to %d", maxDays)
	case env("FRONTDESK_OIDC_ISSUER") != "":
		return errors.New("this desk lets people in through FRONTDESK_OIDC_ISSUER, so it takes no tokens of its own")
	}
	if *name == "" {
		*name = *role
	}
	signer, err := signerOf(env, func(folder string) ([]byte, error) { return access.Key(folder, rand.Reader) })
	if err != nil {
		return err
	}
	life := time.Duration(*days) * 24 * time.Hour
	token, err := signer.Sign(access.Identity{Name: *name, Roles: []string{*role}, Teams: teams}, life)
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout, token)
	if !slices.Contains(access.Roles(), *role) {
		fmt.Fprintf(stderr, "%s is not a built-in role: the token is good for as long as you have a role of your own called so.\n", *role)
	}
	fmt.Fprintf(stderr, "Valid until %s. Send it as Authorization: Bearer TOKEN, or put it into FRONTDESK_TOKEN.\n", time.Now().Add(life).Format(time.DateOnly))
	return nil
}

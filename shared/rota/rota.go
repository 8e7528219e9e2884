// Package rota gives the conversations that wait for people to the members of their team,
// and takes them back from those who are gone.
//
//	read   the team's board, what its members have, who is away, and of the queue as much
//	       as they have room for
//	plan   package assign: pure
//	move   one conversation after the other, each in a transaction of its own with the
//	       board and its head
//
// Two that settle one team at once do no harm: of two moves that know the same board, one
// is stale and the team is read again. Whoever puts a conversation into a queue or frees a
// member asks for [Rota.Settle]; [Rota.Due] does so for every team each minute.
//
// Refused: giving anybody more than their capacity, and touching a conversation that
// somebody took by hand and still has, unless they are gone.
package rota

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"frontdesk/shared/assign"
	"frontdesk/shared/conversation"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

// Team is what the live playbook says of a team whose conversations are given out.
type Team struct {
	ID      string
	Way     assign.Way
	Members []Member
	// Unanswered takes back only what nobody has answered yet.
	Unanswered bool
}

// Member is one person of it.
type Member struct {
	ID string
	// Capacity is how many open conversations they are given at once; 0 is no bound.
	Capacity int
	Duty     assign.Duty
}

// Rota settles teams.
type Rota struct {
	Store *record.Store
	// Teams returns the teams of the live playbook that give out conversations, and its hours.
	Teams func(ctx context.Context) ([]Team, assign.Hours, error)
	// Given, when set, is told of each conversation that somebody got.
	Given func(ctx context.Context, h conversation.Head)
	Now   func() time.Time
	Log   *slog.Logger
}

const (
	// most is how many conversations are planned for at once: their heads are one read.
	most = table.MaxKeys
	// settleTries is how often a team is read again because somebody else was first.
	settleTries = 8
)

// Settle gives out what waits in one team and takes back what must be, and returns how many
// conversations moved. A team that gives out nothing is left alone. [record.ErrStale]:
// others were always first; what is left is done with the next call.
func (r *Rota) Settle(ctx context.Context, team string) (int, error) {
	teams, hours, err := r.Teams(ctx)
	if err != nil {
		return 0, err
	}
	for _, t := range teams {
		if t.ID == team {
			return r.settle(ctx, t, hours)
		}
	}
	return 0, nil
}

// Due settles every team, and mends rows that stand for no conversation any more: a job of
// clockwork's timers. One team that fails does not keep the others waiting. For each team
// three reads, and one more for each hundred conversations that its members have.
func (r *Rota) Due(ctx context.Context, limit int) (int, error) {
	teams, hours, err := r.Teams(ctx)
	if err != nil {
		return 0, err
	}
	done := 0
	var failed error
	for _, t := range teams {
		if done >= limit {
			break
		}
		n, err := r.settle(ctx, t, hours)
		done += n
		failed = errors.Join(failed, left(err), left(r.mend(ctx, t.ID)))
	}
	return done, failed
}

// left is an error that the next minute does not put right.
func left(err error) error {
	if errors.Is(err, record.ErrStale) {
		return nil
	}
	return err
}

func (r *Rota) settle(ctx context.Context, t Team, hours assign.Hours) (int, error) {
	done := 0
	err := error(nil)
	for range settleTries {
		var n int
		n, err = r.once(ctx, t, hours)
		done += n
		if err == nil && n == 0 || err != nil && !errors.Is(err, record.ErrStale) {
			break
		}
	}
	if err != nil {
		return done, fmt.Errorf("give out the conversations of team %s: %w", t.ID, err)
	}
	return done, nil
}

// view is a team as it was read.
type view struct {
	board record.Board
	rows  map[string]record.Seated
	team  assign.Team
}

// once reads the team, plans, and makes the moves as long as nobody else is at it.
func (r *Rota) once(ctx context.Context, t Team, hours assign.Hours) (int, error) {
	v, err := r.look(ctx, t, hours)
	if err != nil {
		return 0, err
	}
	moves := assign.Plan(v.team)
	if len(moves) == 0 {
		return 0, nil
	}
	return r.move(ctx, v, moves[:min(len(moves), most)])
}

func (r *Rota) look(ctx context.Context, t Team, hours assign.Hours) (view, error) {
	board, held, err := r.Store.TeamBoard(ctx, t.ID)
	if err != nil {
		return view{}, err
	}
	away, err := r.Store.AllAway(ctx)
	if err != nil {
		return view{}, err
	}
	v := view{board: board, rows: map[string]record.Seated{}, team: assign.Team{Way: t.Way, Unanswered: t.Unanswered}}
	for _, m := range t.Members {
		if _, is := away[m.ID]; is {
			m.Duty.Off = true
		}
		now := assign.Member{ID: m.ID, Capacity: m.Capacity, Last: board.Last[m.ID]}
		now.Here, now.Gone = assign.Presence(hours, m.Duty, r.Now())
		v.team.Members = append(v.team.Members, now)
	}
	v.board.Last = stillThere(board.Last, t.Members)
	v.add(held)
	room := assign.Room(v.team, most)
	if room == 0 {
		return v, nil
	}
	queue, err := r.Store.Queue(ctx, t.ID, room)
	v.add(queue)
	return v, err
}

// stillThere forgets the turns of those who are no longer in the team.
func stillThere(last map[string]int64, members []Member) map[string]int64 {
	kept := map[string]int64{}
	for _, m := range members {
		if turn, had := last[m.ID]; had {
			kept[m.ID] = turn
		}
	}
	return kept
}

func (v *view) add(rows []record.Seated) {
	for _, row := range rows {
		v.rows[row.Conversation] = row
		v.team.Places = append(v.team.Places, assign.Place{
			Conversation: row.Conversation, Since: row.Since, Member: row.Member, Taken: !row.Given, Answered: row.Answered,
		})
	}
}

// given tells of a conversation that somebody got.
func (r *Rota) given(ctx context.Context, h conversation.Head, member string) {
	if r.Given != nil {
		h.Assignee, h.Rota = member, member
		r.Given(ctx, h)
	}
}

// move makes moves in order. Each is checked against its head, which may have changed since
// its row was read.
func (r *Rota) move(ctx context.Context, v view, moves []assign.Move) (int, error) {
	ids := make([]string, 0, len(moves))
	for _, m := range moves {
		ids = append(ids, m.Conversation)
	}
	opened, err := r.Store.Open(ctx, "", ids...)
	if err != nil {
		return 0, err
	}
	board := v.board
	for i, m := range moves {
		h := opened.Heads[m.Conversation]
		row := v.rows[m.Conversation]
		switch {
		case h.Sits().Is(row.Seat):
			if board, err = r.Store.Give(ctx, board, record.Turn{Head: h}, m.To); err == nil && m.To != "" {
				r.given(ctx, h, m.To)
			}
		case h.Sits().Row(row.Seat):
			err = record.ErrStale
		default:
			err = r.Store.Unseat(ctx, row, h.Version)
		}
		if err != nil {
			return i, err
		}
		r.Log.Info("a conversation changed hands", "team", v.board.Team, "conversation", m.Conversation, "queue", m.To == "")
	}
	return len(moves), nil
}

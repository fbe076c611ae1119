/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/diagram.h"

#include "base/mem.h"

/*
 * A node tests one bit; bits of argument 0 come before those of argument 1, and high bits before
 * low ones. The first nodes are answers.
 */
struct node {
	unsigned var;			/* LEAF: `low` is the answer */
	uint32_t low, high;
};

/* Cache of combine(); new entries replace old ones. */
struct memo {
	uint32_t a, b, result, round;
};

/* STEPS: for one call, and for all; a profile written by hand needs some hundreds */
enum { LEAF = 6 * 64, MEMOS = 1 << 12, NODES_MAX = 1 << 18, STEPS_MAX = 1 << 22, STEPS_ALL = 1 << 26, TABLE_LEAST = 64 };

/* No answer: the conditions are not met. Not a value of the kernel. */
static const uint32_t NOTHING = UINT32_MAX;

struct diagram {
	const struct arch *arch;
	struct node *nodes;
	size_t count, room;
	uint32_t *table;		/* hash table of nodes, indices from 1 */
	size_t table_size;
	struct memo *memos;
	uint32_t round;
	unsigned steps, steps_all;	/* since diagram_begin(), and before it */
	bool lost;
};

struct diagram *diagram_new(void)
{
	struct diagram *s = xcalloc(1, sizeof *s);

	s->memos = xcalloc(MEMOS, sizeof *s->memos);
	return s;
}

void diagram_free(struct diagram *s)
{
	if (!s)
		return;
	free(s->nodes);
	free(s->table);
	free(s->memos);
	free(s);
}

bool diagram_is_lost(const struct diagram *s)
{
	return s->lost;
}

void diagram_begin(struct diagram *s, const struct arch *arch)
{
	s->arch = arch;
	s->count = 0;
	s->steps_all += s->steps;
	s->steps = 0;
	s->lost = false;
	s->round++;
	free(s->table);
	s->table_size = TABLE_LEAST;
	s->table = xcalloc(s->table_size, sizeof *s->table);
}

static size_t hash_of(const struct node *n)
{
	uint64_t h = (n->var * 0x9e3779b97f4a7c15u ^ n->low) * 0xbf58476d1ce4e5b9u ^ n->high;

	h *= 0x94d049bb133111ebu;
	return h ^ h >> 32;
}

static void put(struct diagram *s, uint32_t i)
{
	size_t at = hash_of(&s->nodes[i]) % s->table_size;

	while (s->table[at])
		at = (at + 1) % s->table_size;
	s->table[at] = i + 1;
}

static void widen_table(struct diagram *s)
{
	free(s->table);
	s->table_size *= 2;
	s->table = xcalloc(s->table_size, sizeof *s->table);
	for (uint32_t i = 0; i < s->count; i++)
		put(s, i);
}

/* The only node with these contents. */
static diagram_node unique(struct diagram *s, struct node n)
{
	size_t at = hash_of(&n) % s->table_size;

	for (; s->table[at]; at = (at + 1) % s->table_size) {
		const struct node *there = &s->nodes[s->table[at] - 1];

		if (there->var == n.var && there->low == n.low && there->high == n.high)
			return s->table[at] - 1;
	}
	if (s->count >= NODES_MAX) {
		s->lost = true;
		return 0;
	}
	s->nodes = grow(s->nodes, s->count, &s->room, sizeof n);
	s->nodes[s->count++] = n;
	if (2 * s->count > s->table_size)
		widen_table(s);
	else
		s->table[at] = (uint32_t)s->count;
	return (diagram_node)(s->count - 1);
}

static diagram_node leaf(struct diagram *s, uint32_t answer)
{
	return unique(s, (struct node){ .var = LEAF, .low = answer });
}

static diagram_node branch(struct diagram *s, unsigned var, diagram_node low, diagram_node high)
{
	return low == high ? low : unique(s, (struct node){ var, low, high });
}

diagram_node diagram_constant(struct diagram *s, struct verdict v)
{
	return leaf(s, verdict_kernel(v));
}

enum reach verdict_reach(struct verdict v)
{
	return v.action > ACT_TRACE ? REACH_KERNEL : v.action > ACT_ERRNO ? REACH_ASKED : REACH_NOWHERE;
}

static enum reach reach_of(uint32_t answer)
{
	return verdict_reach(verdict_of_kernel(answer));
}

/* Combines two answers; the combination of two diagrams is a diagram. */
typedef uint32_t combine_fn(uint32_t a, uint32_t b);

static uint32_t combine_over(uint32_t rest, uint32_t rule)
{
	return rule == NOTHING ? rest : rule;
}

static uint32_t combine_both(uint32_t a, uint32_t b)
{
	return a == NOTHING ? NOTHING : b;
}

static uint32_t combine_farther(uint32_t a, uint32_t b)
{
	return reach_of(b) > reach_of(a) ? 0 : NOTHING;
}

static uint32_t combine_other(uint32_t a, uint32_t b)
{
	return a == b ? NOTHING : 0;
}

static uint32_t combine_strictest(uint32_t newer, uint32_t older)
{
	return verdict_of_kernel(older).action < verdict_of_kernel(newer).action ? older : newer;
}

static diagram_node combine_rec(struct diagram *s, combine_fn *fn, diagram_node a, diagram_node b)
{
	struct memo *m = &s->memos[(a * 0x9e3779b1u ^ b * 0x85ebca6bu) >> 20 & (MEMOS - 1)];

	if (m->round == s->round && m->a == a && m->b == b)
		return m->result;
	if (s->lost || ++s->steps > STEPS_MAX || s->steps_all + s->steps > STEPS_ALL) {
		s->lost = true;
		return 0;
	}
	/* by value: nodes move when there are more of them */
	const struct node x = s->nodes[a], y = s->nodes[b];
	unsigned var = x.var < y.var ? x.var : y.var;
	diagram_node result;

	if (var == LEAF) {
		result = leaf(s, fn(x.low, y.low));
	} else {
		diagram_node low = combine_rec(s, fn, x.var == var ? x.low : a, y.var == var ? y.low : b);
		diagram_node high = combine_rec(s, fn, x.var == var ? x.high : a, y.var == var ? y.high : b);

		result = branch(s, var, low, high);
	}
	*m = (struct memo){ a, b, result, s->round };
	return result;
}

static diagram_node combine(struct diagram *s, combine_fn *fn, diagram_node a, diagram_node b)
{
	s->round++;
	return combine_rec(s, fn, a, b);
}

/* Bits of an argument that are compared with a value: those of `mask` from `first` on. */
struct bits {
	unsigned arg, first, count;
	uint64_t mask, value;
};

/* `yes` where the comparison is true, and else `no`: built from the lowest bit upwards. Ignored
 * bits count as 0. */
static diagram_node make_comparison(struct diagram *s, const struct bits *b, enum cmp op, diagram_node yes, diagram_node no)
{
	static const struct { bool below, equal, above; } ops[CMP_COUNT] = {
		[CMP_EQ] = { 0, 1, 0 }, [CMP_NE] = { 1, 0, 1 }, [CMP_LT] = { 1, 0, 0 }, [CMP_LE] = { 1, 1, 0 },
		[CMP_GT] = { 0, 0, 1 }, [CMP_GE] = { 0, 1, 1 }, [CMP_MASKED_EQ] = { 0, 1, 0 },
	};
	diagram_node below = ops[op].below ? yes : no, above = ops[op].above ? yes : no;
	diagram_node so_far = ops[op].equal ? yes : no;

	for (unsigned bit = b->first; bit < b->first + b->count; bit++) {
		unsigned var = b->arg * 64 + 63 - bit;
		bool looked_at = b->mask >> bit & 1, one = b->value >> bit & 1;

		if (looked_at)
			so_far = one ? branch(s, var, below, so_far) : branch(s, var, so_far, above);
		else if (one)
			so_far = below;
	}
	return so_far;
}

static diagram_node make_condition(struct diagram *s, const struct condition *c, diagram_node yes, diagram_node no)
{
	uint64_t mask = c->op == CMP_MASKED_EQ ? c->mask : UINT64_MAX;

	return make_comparison(s, &(struct bits){ c->arg, 0, s->arch->bits, mask, c->value & mask }, c->op, yes, no);
}

static diagram_node add_condition(struct diagram *s, const struct condition *c, diagram_node so_far)
{
	diagram_node yes = leaf(s, 0), no = leaf(s, NOTHING);

	return combine(s, combine_both, make_condition(s, c, yes, no), so_far);
}

diagram_node diagram_rule(struct diagram *s, const struct rule *rule, unsigned first_arg, const uint64_t *arg0, diagram_node rest)
{
	diagram_node so_far = diagram_constant(s, rule->verdict);

	for (unsigned i = 0; i < rule->conditions; i++)
		if (rule->when[i].arg >= first_arg)
			so_far = add_condition(s, &rule->when[i], so_far);
	if (arg0)
		so_far = add_condition(s, &(struct condition){ .op = CMP_EQ, .value = *arg0 }, so_far);
	return combine(s, combine_over, rest, so_far);
}

enum reach diagram_most(const struct diagram *s, diagram_node root)
{
	enum reach most = REACH_NOWHERE;
	bool *seen = xcalloc(s->count, sizeof *seen);

	/* a node is made after its successors */
	seen[root] = true;
	for (diagram_node n = root + 1; n-- > 0;) {
		const struct node *node = &s->nodes[n];

		if (seen[n] && node->var == LEAF) {
			most = reach_of(node->low) > most ? reach_of(node->low) : most;
		} else if (seen[n]) {
			seen[node->low] = true;
			seen[node->high] = true;
		}
	}
	free(seen);
	return most;
}

/* Finds arguments that lead to an answer other than NOTHING; false: there are none. */
static bool find_way(struct diagram *s, diagram_node n, uint64_t ret_args[static 6], unsigned *ret_known)
{
	diagram_node no = leaf(s, NOTHING);

	if (s->lost || n == no)
		return false;
	memset(ret_args, 0, 6 * sizeof *ret_args);
	*ret_known = 0;
	/* every node but `no` leads to such an answer */
	while (s->nodes[n].var != LEAF) {
		const struct node *node = &s->nodes[n];
		bool one = node->low == no;

		ret_args[node->var / 64] |= (uint64_t)one << (63 - node->var % 64);
		*ret_known |= 1u << node->var / 64;
		n = one ? node->high : node->low;
	}
	return true;
}

bool diagram_farther(struct diagram *s, diagram_node a, diagram_node b, uint64_t ret_args[static 6], unsigned *ret_known)
{
	return find_way(s, combine(s, combine_farther, a, b), ret_args, ret_known);
}

bool diagram_differs(struct diagram *s, diagram_node a, diagram_node b, uint64_t ret_args[static 6], unsigned *ret_known)
{
	return find_way(s, combine(s, combine_other, a, b), ret_args, ret_known);
}

bool diagram_step_at(const struct diagram *s, diagram_node n, struct diagram_step *ret)
{
	const struct node *node = &s->nodes[n];

	if (node->var == LEAF)
		return false;
	*ret = (struct diagram_step){ node->var / 64, 63 - node->var % 64, node->low, node->high };
	return true;
}

struct verdict diagram_at(const struct diagram *s, diagram_node n, const uint64_t args[static 6])
{
	while (s->nodes[n].var != LEAF) {
		const struct node *node = &s->nodes[n];

		n = args[node->var / 64] >> (63 - node->var % 64) & 1 ? node->high : node->low;
	}
	return verdict_of_kernel(s->nodes[n].low);
}

diagram_node diagram_given(struct diagram *s, diagram_node n, const uint64_t args[static 6], unsigned known)
{
	for (unsigned i = 6; i-- > 0;)
		if (known & 1u << i)
			n = add_condition(s, &(struct condition){ .arg = i, .op = CMP_EQ, .value = args[i] }, n);
	return n;
}

/* Do both test only bits after the lowest of these? */
static bool is_below(const struct diagram *s, const struct bits *b, diagram_node yes, diagram_node no)
{
	unsigned last = b->arg * 64 + 63 - b->first;

	return s->nodes[yes].var > last && s->nodes[no].var > last;
}

diagram_node diagram_half(struct diagram *s, const struct diagram_half *h, enum cmp op, uint32_t value,
			  diagram_node yes, diagram_node no)
{
	const struct bits b = { h->arg, h->upper ? 32 : 0, 32, (uint64_t)h->mask << (h->upper ? 32 : 0),
				(uint64_t)value << (h->upper ? 32 : 0) };

	if (s->lost || is_below(s, &b, yes, no))
		return s->lost ? 0 : make_comparison(s, &b, op, yes, no);
	diagram_node where = make_comparison(s, &b, op, leaf(s, 0), leaf(s, NOTHING));

	return combine(s, combine_over, no, combine(s, combine_both, where, yes));
}

diagram_node diagram_when(struct diagram *s, const struct condition *c, diagram_node yes, diagram_node no)
{
	if (s->lost)
		return 0;
	diagram_node where = make_condition(s, c, leaf(s, 0), leaf(s, NOTHING));

	return combine(s, combine_over, no, combine(s, combine_both, where, yes));
}

diagram_node diagram_strictest(struct diagram *s, diagram_node newer, diagram_node older)
{
	return s->lost ? 0 : combine(s, combine_strictest, newer, older);
}

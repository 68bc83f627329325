//! From the words of a script to its tree. The grammar is that part of Flux which has no operators but those that
//! compare and combine.

use std::ops::Range;

use super::node::{Args, Comparison, Expr, Failure, Node, Value};
use super::scan::{Token, tokens};

/// How deep brackets and the like may be nested, and how long a pipe may be: whoever walks the tree calls itself for
/// each.
const DEEPEST: usize = 32;

/// A script: what its names mean, in order, and what is to be answered.
#[derive(Debug, Default)]
pub(super) struct Script {
    pub(super) names: Args,
    pub(super) queries: Vec<Node>,
}

pub(super) fn script(text: &str) -> Result<Script, Failure> {
    let mut parser = Parser::new(text);
    let mut script = Script::default();
    while parser.peek().is_some() {
        if let Some(Token::Name(word @ ("import" | "package" | "builtin"))) = parser.peek() {
            let what = format!("the embedded server does not know {word}");
            return Err(Failure::new(parser.at(), what));
        }
        if matches!((parser.peek(), parser.ahead(1)), (Some(Token::Name("option")), Some(Token::Name(_)))) {
            parser.next += 1;
        }
        match (parser.peek(), parser.ahead(1)) {
            (Some(Token::Name(name)), Some(Token::Symbol("="))) => {
                let name = (*name).to_owned();
                parser.next += 2;
                script.names.push((name, parser.expression()?));
            }
            _ => script.queries.push(parser.expression()?),
        }
    }
    Ok(script)
}

/// The record of `option task = {…}`.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) members: Vec<Member>,
    /// Where it stands.
    pub(super) place: Range<usize>,
}

/// A member of a record, and where its value stands.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) value: Node,
    pub(super) place: Range<usize>,
}

/// Finds the options of a task in any script; `None` if it has none.
pub(super) fn task(text: &str) -> Result<Option<Task>, Failure> {
    let mut parser = Parser::new(text);
    let words = [Token::Name("option"), Token::Name("task"), Token::Symbol("=")];
    let starts = |at: &usize| words.iter().enumerate().all(|(n, word)| parser.token(at + n) == Some(word));
    let Some(at) = (0..parser.tokens.len()).find(starts) else { return Ok(None) };
    parser.next = at + words.len();
    let start = parser.place().start;
    let mut members = Vec::new();
    parser.expect("{")?;
    while !parser.takes("}") {
        let name = parser.name()?;
        parser.expect(":")?;
        let start = parser.place().start;
        let value = parser.expression()?;
        members.push(Member { name, value, place: start..parser.end() });
        if !parser.takes(",") {
            parser.expect("}")?;
            break;
        }
    }
    Ok(Some(Task { members, place: start..parser.end() }))
}

struct Parser<'a> {
    tokens: Vec<(Range<usize>, Token<'a>)>,
    /// Where the text ends.
    length: usize,
    next: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        Self { tokens: tokens(text), length: text.len(), next: 0, depth: 0 }
    }

    // === Tokens ===

    fn token(&self, at: usize) -> Option<&Token<'a>> {
        self.tokens.get(at).map(|(_, token)| token)
    }

    fn ahead(&self, count: usize) -> Option<&Token<'a>> {
        self.token(self.next + count)
    }

    fn peek(&self) -> Option<&Token<'a>> {
        self.ahead(0)
    }

    /// Where the next token is.
    fn place(&self) -> Range<usize> {
        self.tokens.get(self.next).map_or(self.length..self.length, |(place, _)| place.clone())
    }

    fn at(&self) -> Option<usize> {
        Some(self.place().start)
    }

    /// Where the last token ended.
    fn end(&self) -> usize {
        self.next.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(0, |(place, _)| place.end)
    }

    /// Goes on if the next token is this symbol.
    fn takes(&mut self, symbol: &str) -> bool {
        let takes = matches!(self.peek(), Some(Token::Symbol(next)) if *next == symbol);
        self.next += usize::from(takes);
        takes
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let takes = matches!(self.peek(), Some(Token::Name(next)) if *next == word);
        self.next += usize::from(takes);
        takes
    }

    fn expect(&mut self, symbol: &str) -> Result<(), Failure> {
        match self.takes(symbol) {
            true => Ok(()),
            false => Err(self.unexpected(&format!(", where {symbol} should be"))),
        }
    }

    fn name(&mut self) -> Result<String, Failure> {
        let Some(Token::Name(name)) = self.peek() else {
            return Err(self.unexpected(", where a name should be"));
        };
        let name = (*name).to_owned();
        self.next += 1;
        Ok(name)
    }

    fn unexpected(&self, place: &str) -> Failure {
        let what = match self.peek() {
            None => format!("unexpected end{place}"),
            Some(Token::Bad(why)) => (*why).to_owned(),
            Some(Token::Name(name)) => format!("unexpected {name:?}{place}"),
            Some(Token::Symbol(symbol)) => format!("unexpected {symbol:?}{place}"),
            Some(_) => format!("unexpected value{place}"),
        };
        Failure::new(self.at(), what)
    }

    // === Expressions, from those that bind least ===

    fn expression(&mut self) -> Result<Node, Failure> {
        self.joined("or", Self::all, Expr::Any)
    }

    fn all(&mut self) -> Result<Node, Failure> {
        self.joined("and", Self::prefixed, Expr::All)
    }

    /// Parts with a word between them; a single part is itself.
    fn joined(
        &mut self,
        word: &str,
        part: impl Fn(&mut Self) -> Result<Node, Failure>,
        join: impl FnOnce(Vec<Node>) -> Expr,
    ) -> Result<Node, Failure> {
        let (at, first) = (self.at(), part(self)?);
        if !matches!(self.peek(), Some(Token::Name(next)) if *next == word) {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.takes_word(word) {
            parts.push(part(self)?);
        }
        Ok(Node { at, expr: join(parts) })
    }

    fn prefixed(&mut self) -> Result<Node, Failure> {
        let at = self.at();
        let wrap = match self.peek() {
            Some(Token::Name("not")) => Expr::Not,
            Some(Token::Name("exists")) => Expr::Exists,
            _ => return self.comparison(),
        };
        self.next += 1;
        let inner = self.nested(Self::prefixed)?;
        Ok(Node { at, expr: wrap(inner.into()) })
    }

    fn comparison(&mut self) -> Result<Node, Failure> {
        let at = self.at();
        let left = self.pipe()?;
        let comparison = match self.peek() {
            Some(Token::Symbol("==")) => Comparison::Equal,
            Some(Token::Symbol("!=")) => Comparison::NotEqual,
            Some(Token::Symbol("<")) => Comparison::Less,
            Some(Token::Symbol("<=")) => Comparison::LessOrEqual,
            Some(Token::Symbol(">")) => Comparison::Greater,
            Some(Token::Symbol(">=")) => Comparison::GreaterOrEqual,
            Some(Token::Symbol(operator @ ("=~" | "!~" | "+" | "-" | "*" | "/" | "%" | "^"))) => {
                let what = format!("the embedded server does not know the operator {operator}");
                return Err(Failure::new(self.at(), what));
            }
            _ => return Ok(left),
        };
        self.next += 1;
        let right = self.pipe()?;
        Ok(Node { at, expr: Expr::Compare(comparison, left.into(), right.into()) })
    }

    fn pipe(&mut self) -> Result<Node, Failure> {
        let at = self.at();
        let mut input = self.unary()?;
        for _ in 0..DEEPEST {
            if !self.takes("|>") {
                return Ok(input);
            }
            let call = self.postfix()?;
            input = Node { at, expr: Expr::Pipe(input.into(), call.into()) };
        }
        Err(self.too_deep())
    }

    fn unary(&mut self) -> Result<Node, Failure> {
        let at = self.at();
        if self.takes("-") {
            let inner = self.nested(Self::unary)?;
            return Ok(Node { at, expr: Expr::Minus(inner.into()) });
        }
        self.postfix()
    }

    fn postfix(&mut self) -> Result<Node, Failure> {
        let at = self.at();
        let mut node = self.nested(Self::primary)?;
        for _ in 0..DEEPEST {
            let expr = if self.takes(".") {
                Expr::Member(node.into(), self.name()?)
            } else if self.takes("[") {
                let Some(Token::Text(key)) = self.peek() else {
                    return Err(self.unexpected(", where a column's name should be"));
                };
                let key = key.clone();
                self.next += 1;
                self.expect("]")?;
                Expr::Member(node.into(), key)
            } else if self.takes("(") {
                Expr::Call(node.into(), self.args(")")?)
            } else {
                return Ok(node);
            };
            node = Node { at, expr };
        }
        Err(self.too_deep())
    }

    fn primary(&mut self) -> Result<Node, Failure> {
        let at = self.at();
        let expr = match self.peek().cloned() {
            Some(Token::Symbol("(")) => return self.bracket(),
            Some(Token::Symbol("[")) => {
                self.next += 1;
                Expr::List(self.items()?)
            }
            Some(Token::Symbol("{")) => {
                self.next += 1;
                Expr::Record(self.args("}")?)
            }
            Some(token) => {
                let expr = match token {
                    Token::Name("true") => Expr::Value(Value::Boolean(true)),
                    Token::Name("false") => Expr::Value(Value::Boolean(false)),
                    Token::Name(name) => Expr::Name(name.to_owned()),
                    Token::Text(text) => Expr::Value(Value::Text(text)),
                    Token::Integer(number) => Expr::Value(Value::Integer(number)),
                    Token::Float(number) => Expr::Value(Value::Float(number)),
                    Token::Span(span) => Expr::Value(Value::Span(span)),
                    Token::Time(time) => Expr::Value(Value::Time(time)),
                    Token::Symbol(_) | Token::Bad(_) => return Err(self.unexpected("")),
                };
                self.next += 1;
                expr
            }
            None => return Err(self.unexpected("")),
        };
        Ok(Node { at, expr })
    }

    /// A function of one parameter, or an expression between brackets.
    fn bracket(&mut self) -> Result<Node, Failure> {
        let at = self.at();
        let ahead = [self.ahead(1), self.ahead(2), self.ahead(3)];
        if let [Some(Token::Name(name)), Some(Token::Symbol(")")), Some(Token::Symbol("=>"))] = ahead {
            let name = (*name).to_owned();
            self.next += 4;
            let body = self.expression()?;
            return Ok(Node { at, expr: Expr::Function(name, body.into()) });
        }
        self.expect("(")?;
        let inner = self.expression()?;
        self.expect(")")?;
        Ok(inner)
    }

    /// The rest of a list, behind its first bracket.
    fn items(&mut self) -> Result<Vec<Node>, Failure> {
        let mut items = Vec::new();
        while !self.takes("]") {
            items.push(self.expression()?);
            if !self.takes(",") {
                self.expect("]")?;
                break;
            }
        }
        Ok(items)
    }

    /// Names with their values, as far as the bracket `close`.
    fn args(&mut self, close: &str) -> Result<Args, Failure> {
        let mut args = Args::new();
        while !self.takes(close) {
            let (at, name) = (self.at(), self.name()?);
            self.expect(":")?;
            if args.iter().any(|(other, _)| *other == name) {
                return Err(Failure::new(at, format!("{name} stands twice")));
            }
            args.push((name, self.expression()?));
            if !self.takes(",") {
                self.expect(close)?;
                break;
            }
        }
        Ok(args)
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Result<Node, Failure>) -> Result<Node, Failure> {
        if self.depth == DEEPEST {
            return Err(self.too_deep());
        }
        self.depth += 1;
        let node = read(self);
        self.depth -= 1;
        node
    }

    fn too_deep(&self) -> Failure {
        Failure::new(self.at(), "the script is nested too deeply")
    }
}

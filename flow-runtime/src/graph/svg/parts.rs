//! The separate parts of a graph, which are drawn side by side.

use super::split::Rows;

/// The separate part that each vertex is in.
#[inline]
pub fn parts(rows: &Rows) -> Vec<usize> {
    let mut part: Vec<usize> = (0..rows.vertices.len()).collect();
    let mut first_of_frame = vec![None; rows.frames];
    let mut pairs: Vec<(usize, usize)> = rows.links.clone();
    for path in &rows.paths {
        pairs.extend(path.windows(2).map(|pair| (pair[0], pair[1])));
    }
    for (id, vertex) in rows.vertices.iter().enumerate() {
        if let Some(frame) = vertex.frame {
            pairs.push((*first_of_frame[frame].get_or_insert(id), id));
        }
    }
    #[inline]
    fn root(part: &mut [usize], mut id: usize) -> usize {
        while part[id] != id {
            part[id] = part[part[id]];
            id = part[id];
        }
        id
    }
    for (a, b) in pairs {
        let (a, b) = (root(&mut part, a), root(&mut part, b));
        part[a.max(b)] = a.min(b);
    }
    (0..part.len()).map(|id| root(&mut part, id)).collect()
}
